/** A run: how far it is, its log, what it wrote; in a panel of any kind. */

import { type Bridge, reasonOf } from "../../bridge.ts";
import { copy } from "../../clipboard.ts";
import { h, setText } from "../../dom.ts";
import { type Act, Actions } from "../../live/actions.ts";
import { Failure } from "../../live/failure.ts";
import { lineText } from "../../live/line.ts";
import { Log } from "../../live/log.ts";
import { Refresh } from "../../live/refresh.ts";
import type { ToPage } from "../../messages.ts";
import { Preview } from "../../preview.ts";
import { isAway, lookOf, showBadge } from "../../states.ts";
import { clock, t } from "../../words.ts";
import { Facts } from "./facts.ts";

const ACTS: Record<string, Act> = {
  cancel: {
    word: t("Cancel"),
    means: t("Its process is ended, and it counts as failed."),
    yes: t("Yes, cancel it"),
    doing: t("Cancelling…"),
    danger: true,
  },
  again: {
    word: t("Run again"),
    means: "",
    yes: "",
    doing: t("Sending it again…"),
    danger: false,
  },
};
const DETACHED = t(
  "The cell was interrupted. The execution goes on, and is followed here.",
);

export interface ExecutionView {
  /** Whether the kernel has told anything yet. */
  filled(): boolean;
  /** Forget the run that was shown: another one is opened. */
  reset(): void;
}

/**
 * Fill an element with the view of a run that the kernel tells of.
 *
 * @param heard called with each state that arrives.
 */
export function executionView(
  bridge: Bridge,
  box: HTMLElement,
  signal: AbortSignal,
  heard: () => void,
): ExecutionView {
  const title = h("h2", { class: "cx-title", dir: "auto" });
  const group = h("span", { class: "cx-group", dir: "auto" });
  const badge = h("span", { class: "cx-badge" });
  const bar = h("progress", { class: "cx-bar", max: "1", "aria-label": t("Progress") });
  const told = lineText(signal);
  const line = h("div", { class: "cx-line" }, bar, told);
  const spoken = h("div", { class: "cx-unseen", role: "status" });
  const failure = new Failure();
  const log = new Log();
  const metrics = new Facts(t("Metrics"), "cx-metrics");
  const params = new Facts(t("Parameters"), "cx-params");
  const facts = new Facts(t("Facts"), "cx-files");
  const first = new Preview();
  const actions = new Actions(bridge, ACTS);
  const said = h("span", { class: "cx-hint", role: "status" });
  const offers = {
    preview: button(t("Show the first rows"), () => ask("preview", t("Reading…"))),
    save: button(t("Save the result here"), () => ask("save", t("Saving…"))),
  };
  const result = h(
    "div",
    { class: "cx-result", hidden: true },
    offers.preview,
    offers.save,
    said,
  );
  const again = h("code", { class: "cx-again" });
  const copied = h("span", { class: "cx-hint", role: "status" });
  const repeat = repeating();
  const seen = h("span");
  const refresh = new Refresh(bridge, signal, () => label());
  box.setAttribute("aria-label", t("Execution"));
  box.append(
    h(
      "header",
      { class: "cx-head" },
      title,
      group,
      h("div", { role: "status" }, badge),
    ),
    refresh.problem,
    line,
    spoken,
    metrics.element,
    params.element,
    facts.element,
    first.element,
    result,
    h("div", { class: "cx-body" }, failure.element, log.bar, log.list),
    actions.element,
    repeat.element,
    h(
      "footer",
      { class: "cx-foot" },
      again,
      button(t("Copy"), async () => setText(copied, await copy(again)), "cx-link"),
      copied,
      h("span", { class: "cx-push" }),
      seen,
      refresh.button,
    ),
  );

  function say(text: string, how = "cx-hint"): void {
    said.className = how;
    setText(said, text);
  }

  function ask(kind: "preview" | "save", doing: string): void {
    say(doing);
    bridge.inquire(kind, {}).then(
      ({ result }) => say(String(result ?? "")),
      (error) => say(reasonOf(error), "cx-problem"),
    );
  }

  let shown = "";
  let number = "";
  let away = false;

  function label(): void {
    showBadge(badge, shown, away || refresh.failed);
  }

  function forget(): void {
    log.clear();
    failure.show("", "");
    first.element.hidden = true;
    say("");
  }

  bridge.on("execution", (now: ToPage["execution"]) => {
    heard();
    setText(title, now.name);
    title.title = now.name;
    const where = t("group {group}", { group: now.group });
    setText(group, [now.what, now.number, where].filter(Boolean).join(" · "));
    // Run again, it is another one: what was told of the first is over.
    if (number && now.number !== number) forget();
    number = now.number;
    const moving = now.actions.includes("cancel") || now.busy === "cancel";
    // It moves where nothing is known of how far: not where nobody is heard of.
    bar.hidden = !moving || isAway(now.link);
    if (now.fraction === null) bar.removeAttribute("value");
    else bar.value = now.fraction;
    const detached = now.link === "detached";
    setText(told, detached ? DETACHED : [now.line, now.told].filter(Boolean).join(" "));
    line.classList.toggle("cx-warn", now.link !== "");
    // Spoken when the state changes; the numbers would speak every second.
    if (now.state !== shown)
      setText(spoken, `${now.name}: ${lookOf(now.state).word}. ${now.line}`);
    shown = now.state;
    away = isAway(now.link);
    label();
    failure.show(now.reason, now.detail);
    metrics.show(now.metrics);
    params.show(now.params);
    facts.show(now.facts);
    result.hidden = !now.offers.length;
    for (const [name, one] of Object.entries(offers))
      one.hidden = !now.offers.includes(name);
    actions.element.hidden = !(now.actions.length || now.busy);
    repeat.element.hidden = now.repeat === "";
    setText(repeat.code, now.repeat);
    actions.show(now.name, now.actions, now.busy, "");
    setText(again, now.again);
    refresh.show(now.link === "lost" && now.busy === "", now.updated);
    setText(seen, t("updated {time}", { time: clock(now.updated) }));
  });
  bridge.on("preview", (part: ToPage["preview"]) => {
    first.show(part);
    say("");
  });
  log.follow(bridge);

  return {
    filled: () => shown !== "",
    reset: () => {
      shown = number = "";
      forget();
    },
  };
}

/** The line that does the same again, to copy. */
function repeating(): { element: HTMLElement; code: HTMLElement } {
  const code = h("code", { class: "cx-again" });
  const said = h("span", { class: "cx-hint", role: "status" });
  const element = h(
    "div",
    { class: "cx-repeat", hidden: true },
    t("To run it again:"),
    code,
    button(t("Copy"), async () => setText(said, await copy(code)), "cx-link"),
    said,
  );
  return { element, code };
}

function button(word: string, act: () => void, kind = "cx-button"): HTMLElement {
  return h("button", { class: kind, type: "button", onclick: act }, word);
}
