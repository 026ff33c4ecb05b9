/** The models of a platform: filtered, sorted, and looked at again while in view. */

import { reasonOf } from "../../bridge.ts";
import { h, setText } from "../../dom.ts";
import { openFrame } from "../../frame.ts";
import listing from "../../listing.css";
import type { Mount } from "../../loaders/loader.ts";
import { askUnasked, keepLooking, stale } from "../../looking.ts";
import type { Model, ToPage } from "../../messages.ts";
import { lookOf } from "../../states.ts";
import { clock, t } from "../../words.ts";
import { verdictOf } from "./columns.ts";
import css from "./models.css";
import { ModelTable } from "./table.ts";

/** Milliseconds between two looks of a page that is seen. */
const EVERY = 10_000;

export function mount(at: Mount): () => void {
  const frame = openFrame(at, listing + css);
  const { bridge, box, host, signal } = frame;
  const models = new Map<string, Model>();
  const table = new ModelTable();
  let filled = false;

  const changed = (): void => {
    table.first();
    show();
  };
  const text = h("input", {
    class: "cx-field cx-find",
    type: "search",
    placeholder: t("Find by name or hash"),
    "aria-label": t("Find by name or hash"),
    oninput: changed,
    onkeydown: (event) => {
      if ((event as KeyboardEvent).key !== "ArrowDown") return;
      event.preventDefault();
      table.element.querySelector<HTMLElement>(".cx-name[tabindex='0']")?.focus();
    },
  });
  const group = select(t("Group"), changed);
  const state = select(t("State"), changed);
  const drift = select(t("Drift"), changed);
  const problem = h("div", { class: "cx-problem", role: "alert" });
  const updated = h("span");
  const none = h("p", { class: "cx-empty", hidden: true });
  const refresh = h(
    "button",
    { class: "cx-link", type: "button", onclick: look },
    t("Refresh"),
  );
  box.setAttribute("aria-label", t("Models"));
  box.append(
    h(
      "header",
      { class: "cx-head" },
      h("h2", { class: "cx-title" }, t("Models")),
      h("span", { class: "cx-push" }),
      text,
      group,
      state,
      drift,
    ),
    problem,
    table.element,
    none,
    h(
      "footer",
      { class: "cx-foot" },
      table.pager,
      h("span", { class: "cx-push" }),
      updated,
      refresh,
    ),
  );

  function look(): void {
    setText(problem, "");
    bridge.inquire("look", {}).catch((error) => setText(problem, reasonOf(error)));
  }

  function show(): void {
    const wanted = text.value.trim().toLocaleLowerCase();
    const rows = [...models.values()].filter(
      (model) =>
        (!group.value || model.group === group.value) &&
        (!state.value || lookOf(model.state).word === state.value) &&
        (!drift.value || verdictOf(model) === drift.value) &&
        (model.name.toLocaleLowerCase().includes(wanted) ||
          model.hash.toLocaleLowerCase().startsWith(wanted)),
    );
    none.hidden = rows.length > 0;
    setText(
      none,
      models.size
        ? t("No model matches.")
        : t("There is no model yet: %codex deploy makes the first."),
    );
    table.element.hidden = rows.length === 0;
    table.show(rows, models.values());
  }

  bridge.on("models", (part: ToPage["models"]) => {
    frame.filled();
    filled = true;
    if (part.full) models.clear();
    for (const hash of part.gone) models.delete(hash);
    for (const row of part.rows) models.set(row.hash, row);
    setText(updated, t("updated {time}", { time: clock(part.updated) }));
    setText(problem, stale(part.problem));
    if (part.full || part.rows.length || part.gone.length) {
      const all = [...models.values()];
      options(
        group,
        t("All groups"),
        all.map((model) => model.group),
      );
      options(
        state,
        t("All states"),
        all.map((model) => lookOf(model.state).word),
      );
      const judged = all.map(verdictOf).filter(Boolean);
      options(drift, t("Any drift"), judged);
      // Where nobody judges, nothing is there to choose from.
      drift.hidden = !judged.length;
    }
    // Ages go on, also where nothing else has changed.
    show();
  });

  keepLooking(
    host,
    signal,
    () => EVERY,
    () => askUnasked(bridge, "look", {}, problem),
  );
  bridge.replay(at.early);
  if (!filled) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}

function select(label: string, changed: () => void): HTMLSelectElement {
  return h("select", {
    class: "cx-field cx-filter",
    "aria-label": label,
    onchange: changed,
  });
}

/** The values there are, with how many have each; the chosen one stays chosen. */
function options(list: HTMLSelectElement, all: string, values: string[]): void {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const before = list.value;
  if (before && !counts.has(before)) counts.set(before, 0);
  const names = [...counts.keys()].sort();
  list.replaceChildren(
    h("option", { value: "" }, all),
    ...names.map((name) =>
      h("option", { value: name }, `${name} (${counts.get(name)})`),
    ),
  );
  list.value = before;
}
