/** Executions of every kind: filtered, a page at a time, one of them opened in place. */

import { reasonOf } from "../../bridge.ts";
import { h, setText } from "../../dom.ts";
import { openFrame } from "../../frame.ts";
import listing from "../../listing.css";
import live from "../../live/live.css";
import type { Mount } from "../../loaders/loader.ts";
import { askUnasked, keepLooking, stale } from "../../looking.ts";
import type { FromPage, Listed, ToPage } from "../../messages.ts";
import preview from "../../preview.css";
import { lookOf } from "../../states.ts";
import { clock, t } from "../../words.ts";
import look from "../execution/execution.css";
import { executionView } from "../execution/view.ts";
import css from "./executions.css";
import { KINDS, Rows } from "./rows.ts";

export const PAGE = 50;
/** Milliseconds between two looks of a page that is seen: at rest, while one runs. */
const REST = 10_000;
const MOVING = 2_000;
const PAUSE = 200;

const STATES = ["Requested", "Running", "Succeeded", "Failed"];
const AGES: [string, string][] = [
  ["1", t("the last hour")],
  ["24", t("the last day")],
  ["168", t("the last week")],
  ["720", t("the last 30 days")],
];

export function mount(at: Mount): () => void {
  const frame = openFrame(at, live + preview + look + listing + css);
  const { bridge, box, host, signal } = frame;
  let now: ToPage["executions"] | undefined;
  let skip = 0;
  // Of this view alone: every view hears what any of them asked.
  const own = Math.random().toString(36).slice(2, 10);
  let turns = 0;
  let tag = "";
  let asking = 0;
  let every = REST;
  let pause: ReturnType<typeof setTimeout> | undefined;

  const text = h("input", {
    class: "cx-field cx-find",
    type: "search",
    placeholder: t("Find by name or number"),
    "aria-label": t("Find by name or number"),
    oninput: () => narrowed(PAUSE),
    onkeydown: (event) => {
      if ((event as KeyboardEvent).key !== "ArrowDown") return;
      event.preventDefault();
      rows.focus();
    },
  });
  const kind = select(t("Kind"), t("All kinds"), KINDS, () => narrowed(0));
  const state = select(
    t("State"),
    t("All states"),
    STATES.map((name) => [name, lookOf(name).word]),
    () => narrowed(0),
  );
  const asked = select(t("Age"), t("Any age"), AGES, () => narrowed(0));
  const title = h("h2", { class: "cx-title", dir: "auto" });
  const problem = h("div", { class: "cx-problem", role: "alert" });
  const rows = new Rows(open, turn);
  const none = h("p", { class: "cx-empty", hidden: true });
  const range = h("span", { class: "cx-quiet", role: "status" });
  const back = step(t("Previous page"), "‹", -1);
  const on = step(t("Next page"), "›", 1);
  const updated = h("span");
  const refresh = button(t("Refresh"), "cx-link", browse);
  const list = h(
    "div",
    {},
    h(
      "header",
      { class: "cx-head" },
      title,
      h("span", { class: "cx-push" }),
      text,
      kind,
      state,
      asked,
    ),
    problem,
    rows.element,
    none,
    h(
      "footer",
      { class: "cx-foot" },
      h("div", { class: "cx-pager" }, range, back, on),
      h("span", { class: "cx-push" }),
      updated,
      refresh,
    ),
  );
  const one = h("div", {});
  const away = button(t("‹ All executions"), "cx-link", shut);
  const run = h(
    "div",
    {
      hidden: true,
      onkeydown: (event) => {
        const { key, target } = event as KeyboardEvent;
        // Escape answers a question or leaves a text first.
        if (key === "Escape" && target === away) shut();
      },
    },
    h("nav", { class: "cx-away" }, away),
    one,
  );
  const view = executionView(bridge, one, signal, () => frame.filled());
  box.setAttribute("aria-label", t("Executions"));
  box.append(list, run);

  function query(): FromPage["browse"] {
    tag = `${own}.${++turns}`;
    return {
      tag,
      what: kind.value,
      state: state.value,
      text: text.value.trim(),
      hours: asked.value ? Number(asked.value) : null,
      skip,
    };
  }

  async function browse(): Promise<void> {
    asking++;
    setText(problem, "");
    await bridge.inquire("browse", query()).catch(tell);
    asking--;
  }

  function tell(error: unknown): void {
    setText(problem, reasonOf(error));
  }

  function nothing(of: string): string {
    if (kind.value || state.value || asked.value || text.value.trim())
      return t("No execution matches.");
    if (of) return t("There is no execution yet.");
    return t(
      "There is no execution yet: %codex predict makes those of asynchronous models, " +
        "%%codex train those of trainings.",
    );
  }

  function narrowed(after: number): void {
    skip = 0;
    clearTimeout(pause);
    pause = setTimeout(browse, after);
  }

  function turn(by: number): void {
    const next = skip + by * PAGE;
    if (next < 0 || next >= (now?.count ?? 0)) return;
    skip = next;
    rows.element.scrollTop = 0;
    browse();
  }

  function open(row: Listed): void {
    view.reset();
    list.hidden = true;
    run.hidden = false;
    away.focus();
    bridge.inquire("open", { number: row.number }).catch((error: Error) => {
      if (error.name === "AbortError") return;
      shut();
      tell(error);
    });
  }

  function shut(): void {
    run.hidden = true;
    list.hidden = false;
    bridge.ask("shut", {}).catch(() => {});
    rows.focus();
    browse();
  }

  bridge.on("executions", (part) => {
    // Typing goes on while the kernel asks: only the newest question counts.
    // What has no tag is told to a view that is new.
    if (part.tag !== tag) return;
    frame.filled();
    if (!now) {
      kind.value = part.what;
      state.value = part.state;
      text.value = part.text;
      asked.value = String(part.hours ?? "");
    }
    now = part;
    skip = part.skip;
    setText(
      title,
      part.of ? t("Executions of {name}", { name: part.of }) : t("Executions"),
    );
    kind.hidden = part.of !== "";
    host.toggleAttribute("data-cx-one", part.of !== "");
    rows.show(part.rows);
    rows.element.hidden = part.rows.length === 0;
    none.hidden = part.rows.length > 0;
    setText(none, nothing(part.of));
    const last = skip + part.rows.length;
    setText(
      range,
      part.rows.length
        ? t("{first} to {last} of {all}", { first: skip + 1, last, all: part.count })
        : t("none"),
    );
    back.disabled = skip === 0;
    on.disabled = last >= part.count;
    back.hidden = on.hidden = back.disabled && on.disabled;
    setText(updated, t("updated {time}", { time: clock(part.updated) }));
    setText(problem, stale(part.problem));
    const moves = part.rows.some(({ state }) => lookOf(state).tone === "busy");
    every = moves ? MOVING : REST;
  });

  keepLooking(
    host,
    signal,
    // What a person asks for is not overtaken.
    () => (list.hidden || asking ? Number.POSITIVE_INFINITY : every),
    () => askUnasked(bridge, "browse", query(), problem),
  );
  signal.addEventListener("abort", () => clearTimeout(pause));
  bridge.replay(at.early);
  if (!now) bridge.ask("hello", {}).catch(() => {});
  return frame.close;

  function step(label: string, sign: string, by: number): HTMLButtonElement {
    const made = button(sign, "cx-button cx-step-page", () => turn(by));
    made.setAttribute("aria-label", label);
    return made;
  }
}

function button(word: string, kind: string, act: () => void): HTMLButtonElement {
  return h("button", { class: kind, type: "button", onclick: act }, word);
}

function select(
  label: string,
  all: string,
  choices: [string, string][],
  changed: () => void,
): HTMLSelectElement {
  return h(
    "select",
    { class: "cx-field cx-filter", "aria-label": label, onchange: changed },
    h("option", { value: "" }, all),
    ...choices.map(([value, word]) => h("option", { value }, word)),
  );
}
