/** The deploy form, and in its place the live status of what it deployed. */

import type { Fault } from "../../bridge.ts";
import { formOf, h, icon, setText } from "../../dom.ts";
import entryCss from "../../entry.css";
import { keepFocus } from "../../focus.ts";
import { openFrame } from "../../frame.ts";
import { ICONS } from "../../icons.ts";
import live from "../../live/live.css";
import type { Mount } from "../../loaders/loader.ts";
import { AGAIN, keepLooking } from "../../looking.ts";
import type { Draft, ToPage } from "../../messages.ts";
import { isAway, showBadge } from "../../states.ts";
import { t } from "../../words.ts";
import statusCss from "../status/status.css";
import { statusView } from "../status/view.ts";
import css from "./deploy.css";
import { Fields } from "./fields.ts";
import { Line } from "./line.ts";
import { Outcome } from "./outcome.ts";

const TYPING = 200;
/** The function may take its time, and so may pickling a large model. */
const PATIENCE = 3_600_000;

const CHANGED = t("The form has changed since: press Deploy again.");
const MEND = t("Mend and deploy again");
const BACK: Record<string, string> = {
  Deployed: t("Deploy a new version"),
  Failed: MEND,
  "Not uploaded": MEND,
};

export function mount(at: Mount): () => void {
  const frame = openFrame(at, live + statusCss + entryCss + css);
  const { bridge, box, signal } = frame;
  let [filled, seq, seen, working] = [false, 0, -1, false];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt: ToPage["attempt"] = { number: 0, running: false, state: "", notes: [] };
  let stop: AbortController | null = null;
  let reason = "";
  let told = "";
  /** What stood in the way is gone, and the kernel checks the form anew. */
  let anew = false;
  let changed = false;
  let looking = false;

  const fields = new Fields(bridge, (settled) => {
    clearTimeout(timer);
    timer = setTimeout(() => send(settled), settled ? 0 : TYPING);
    seq++;
    ready();
  });
  const line = new Line(bridge, (draft: Draft) => {
    fields.draft = { ...draft, check: tried.checked };
    tried.checked = draft.check;
    seq++;
    send(true);
  });
  const outcome = new Outcome();
  const tried = h("input", {
    type: "checkbox",
    checked: true,
    onchange: () => later(),
  });
  const before = h(
    "label",
    { class: "cx-follow" },
    tried,
    t("Try it before the upload"),
  );
  const go = button(t("Deploy"), "cx-main", "submit");
  const attemptIt = button(t("Try on the sample"), "", "button", () => tryIt());
  const cancel = button(t("Cancel"), "", "button", () => stop?.abort());
  cancel.hidden = true;
  const why = h("span", {
    class: "cx-why",
    role: "status",
    id: "cx-why",
    tabindex: "-1",
  });
  // What the platform does not let happen is told where it is pressed, and only there.
  const problem = h("div", { class: "cx-notice", hidden: true });
  const problemText = h("span", { dir: "auto", id: "cx-away" });
  const again = button(t("Look again"), "", "button", () => look());
  problem.append(icon(ICONS.warn, "warn"), problemText, again);
  go.setAttribute("aria-describedby", `${why.id} ${problemText.id}`);
  const last = h("div", { class: "cx-notice cx-last", hidden: true });
  const lastBadge = h("span", { class: "cx-badge" });
  last.append(
    t("The deployment before:"),
    lastBadge,
    h("span", { class: "cx-push" }),
    button(t("Show it"), "", "button", () => turn(true)),
  );
  const against = h("div", { role: "status" }, problem);
  const asked = h("div", { role: "status" }, frame.waiting);
  const acted = h("div", { role: "status" });
  const form = formOf("cx-deploy", () => deploy());
  form.append(
    last,
    fields.element,
    h(
      "section",
      { class: "cx-section" },
      h("h3", {}, t("The same as a line")),
      line.element,
    ),
    outcome.element,
    against,
    h("div", { class: "cx-actions cx-go" }, go, attemptIt, cancel, before, why),
    asked,
  );
  const title = h("h2", { class: "cx-title" }, t("Deploy a model"));
  // A form is taller than a screen: in a word it stands at its top, too.
  const away = h("span", { class: "cx-badge cx-warn", hidden: true });
  away.append(icon(ICONS.warn, "warn"), t("Not connected"));
  const head = h("header", { class: "cx-head" }, title, away);
  const formBox = h("div", {}, head, form);

  const notes = h("ul", { class: "cx-notes", "aria-label": t("Notes") });
  const back = button("", "", "button", () => turn(false));
  const watched = h("div", { role: "region", "aria-label": t("Deployment status") });
  const view = statusView(bridge, watched, signal, () => {});
  const statusBox = h(
    "div",
    { hidden: true },
    watched,
    acted,
    notes,
    h("div", { class: "cx-back" }, back),
  );
  box.setAttribute("aria-label", t("Deploy a model"));
  box.append(formBox, statusBox);

  function later(): void {
    seq++;
    send(true);
  }

  function typed(): Draft {
    return { ...fields.draft, check: tried.checked };
  }

  function send(settled: boolean): void {
    clearTimeout(timer);
    const draft = typed();
    bridge.ask("draft", { draft, seq, settled }, { timeout: PATIENCE }).catch(() => {});
  }

  async function look(): Promise<void> {
    // Pressed thrice, a platform that hangs would leave no place for a trial.
    if (looking) return;
    looking = true;
    setText(problemText, t("Looking again…"));
    await bridge.inquire("look", {}).catch(() => {});
    looking = false;
    setText(problemText, told);
  }

  function turn(toStatus: boolean): void {
    statusBox.hidden = !toStatus;
    formBox.hidden = toStatus;
    (toStatus ? acted : asked).prepend(frame.waiting);
    (toStatus ? back : go.disabled ? attemptIt : go).focus();
  }

  function ready(): void {
    keepFocus(frame.root, offer, () => (told ? again : go.disabled ? why : go));
    // Where the reason was told, the way on is given when there is none.
    if (why.matches(":focus") && !go.disabled) go.focus();
  }

  /** Say what can be done now. */
  function offer(): void {
    problem.hidden = away.hidden = !told;
    cancel.hidden = stop === null;
    const waiting = anew || seq > seen;
    // Not while something newer is being checked: leaving a field to press the button
    // would take it away from under the pointer. The kernel checks once more.
    const unfit = seen < 0 || anew || reason !== "";
    // Only a function that lives in this kernel can be called in it.
    const elsewhere = fields.draft.source === "file";
    // While something runs they do nothing, and keep the focus of who pressed them.
    go.disabled = unfit && !working;
    attemptIt.disabled = elsewhere && !working;
    for (const one of [go, attemptIt]) one.setAttribute("aria-disabled", `${working}`);
    before.hidden = elsewhere;
    if (!working) {
      const rest = told ? "" : reason || (changed ? CHANGED : "");
      const word = waiting ? t("Checking…") : rest;
      setText(why, word);
      why.classList.toggle("cx-warn", word === CHANGED);
    }
  }

  function busy(word: string): void {
    working = word !== "";
    go.setAttribute("aria-busy", String(working));
    if (working) setText(why, word);
    ready();
  }

  async function tryIt(): Promise<void> {
    if (working) return;
    outcome.clear();
    changed = false;
    stop = new AbortController();
    busy(t("Trying it on the sample…"));
    send(true);
    try {
      const options = { timeout: PATIENCE, signal: stop.signal };
      const { result } = await bridge.ask("try", { draft: typed() }, options);
      outcome.trial(result as Parameters<Outcome["trial"]>[0]);
    } catch (error) {
      if ((error as Fault).name !== "AbortError") outcome.fault(error as Fault);
    }
    stop = null;
    busy("");
  }

  async function deploy(): Promise<void> {
    if (working || go.disabled) return;
    outcome.clear();
    changed = false;
    send(true);
    try {
      await deployNow();
    } catch (error) {
      if ((error as Fault).name !== "AbortError") outcome.fault(error as Fault);
    }
    stop = null;
    busy("");
  }

  /** Deploy, unless the platform has something against it. */
  async function deployNow(): Promise<void> {
    const pressed = typed();
    stop = new AbortController();
    busy(t("Asking the platform…"));
    // One that hangs is told, and left, before anything is tried or sent.
    await bridge.inquire("look", {}, { signal: stop.signal });
    stop = null;
    if (told) return;
    // What was typed meanwhile is deployed when that is asked for.
    changed = JSON.stringify(typed()) !== JSON.stringify(pressed);
    if (changed) return;
    busy(tried.checked ? t("Trying it, then uploading…") : t("Gathering the files…"));
    // With the draft: another view of the form may have sent its own meanwhile.
    const { result } = await bridge.ask(
      "deploy",
      { draft: pressed },
      { timeout: PATIENCE },
    );
    if (result) outcome.trial(result as Parameters<Outcome["trial"]>[0]);
  }

  bridge.on("draft", ({ draft }) => {
    if (filled) return;
    filled = true;
    frame.filled();
    fields.draft = draft;
    tried.checked = draft.check;
  });
  bridge.on("offers", (now) => {
    fields.offer(now);
    // What stood in the way is checked anew when it is gone.
    if (told && !now.problem) anew = true;
    told = [now.problem, now.hint].filter(Boolean).join(" ");
    setText(problemText, told);
    if (told) outcome.leave(told);
    ready();
  });
  bridge.on("checked", (found) => {
    // Whatever draft it is about, and another view may have typed last: nothing stands
    // in the way of any.
    if (anew) reason = "";
    anew = false;
    // What was found about an older draft may be wrong about this one.
    if (found.seq < seq && seq > 0) {
      ready();
      return;
    }
    seen = Math.max(seen, seq);
    fields.show(found);
    line.show(found.line);
    const rest = found.troubles.filter((one) => ["form", "line"].includes(one.field));
    reason = rest.map((one) => one.text).join(" ") || found.reason;
    ready();
  });
  bridge.on("attempt", (now) => {
    const begun = now.number > attempt.number;
    if (begun && attempt.number > 0) view.reset();
    attempt = now;
    notes.replaceChildren(...now.notes.map((text) => h("li", { dir: "auto" }, text)));
    notes.hidden = !now.notes.length;
    const word = BACK[now.running ? "" : now.state];
    setText(back, word ?? t("Back to the form"));
    back.classList.toggle("cx-main", word === MEND);
    last.hidden = now.number === 0;
    if (begun) turn(true);
  });
  bridge.on("status", (now) => {
    showBadge(lastBadge, now.state, isAway(now.link));
  });

  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    stop?.abort();
    fields.close();
  });
  // A platform that was away is asked again by itself.
  keepLooking(
    frame.host,
    signal,
    () => (told && !looking ? AGAIN : Number.POSITIVE_INFINITY),
    () => bridge.ask("look", {}),
  );
  ready();
  bridge.replay(at.early);
  if (!filled) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}

function button(
  word: string,
  look: string,
  type: "button" | "submit",
  act?: () => void,
): HTMLButtonElement {
  const made = h("button", { class: `cx-button ${look}`.trim(), type }, word);
  if (act) made.addEventListener("click", act);
  return made;
}
