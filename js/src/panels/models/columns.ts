/** What each column shows of a model, and how it sorts. */

import { age } from "../../ages.ts";
import { h, icon } from "../../dom.ts";
import { ICONS } from "../../icons.ts";
import type { Model } from "../../messages.ts";
import { lookOf } from "../../states.ts";
import { number, t } from "../../words.ts";
import { mark, TONES } from "../drift/looks.ts";
import { LEVELS, type Level } from "../drift/psi.ts";

export type Key =
  | "name"
  | "version"
  | "state"
  | "operation"
  | "group"
  | "python"
  | "uploaded"
  | "calls"
  | "called"
  | "drift";

export const COLUMNS: [Key, string][] = [
  ["name", t("Name")],
  ["version", t("Version")],
  ["state", t("State")],
  ["operation", t("Operation")],
  ["group", t("Group")],
  ["python", "Python"],
  ["uploaded", t("Age")],
  ["calls", t("Calls")],
  ["called", t("Last call")],
  ["drift", t("Drift")],
];

/** The words of the verdicts, short enough for a cell. */
const VERDICTS: Record<Level, string> = {
  empty: t("no verdict"),
  noise: t("within noise"),
  stable: t("stable"),
  moderate: t("moderate"),
  significant: t("significant"),
};

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export function compare(a: Model, b: Model, key: Key): number {
  switch (key) {
    // What is young has a small age: that is what the column shows.
    case "uploaded":
    case "called":
      return (b[key] ?? 0) - (a[key] ?? 0);
    case "version":
    case "calls":
      return (a[key] ?? -1) - (b[key] ?? -1);
    // The worst first, and what nobody judged last.
    case "drift":
      return rank(b) - rank(a) || words.compare(a.name, b.name);
    default:
      return words.compare(a[key], b[key]) || words.compare(a.name, b.name);
  }
}

function rank(model: Model): number {
  return LEVELS.indexOf(model.drift as Level);
}

/** The verdict's word; "" where nobody judged. */
export function verdictOf(model: Model): string {
  return VERDICTS[model.drift as Level] ?? model.drift;
}

/** A row's cells, the name's excepted. */
export function cells(model: Model): HTMLElement[] {
  const look = lookOf(model.state);
  const state = h(
    "span",
    { class: `cx-state cx-${look.tone}` },
    icon(ICONS[look.icon], look.icon),
    look.word,
  );
  return [
    cell("version", model.version === null ? "" : `v${model.version}`),
    cell("state", state),
    cell("operation", model.operation),
    h(
      "td",
      { class: "cx-cell cx-of-group", dir: "auto", title: model.group },
      model.group,
    ),
    cell("python", model.python),
    cell("uploaded", since(model.uploaded)),
    cell("calls", model.calls === null ? "" : number(model.calls)),
    cell("called", since(model.called)),
    cell("drift", model.drift ? drift(model) : ""),
  ];
}

function cell(key: Key, content: HTMLElement | string): HTMLElement {
  return h("td", { class: `cx-of-${key}` }, content);
}

function since(moment: number | null): string {
  return moment === null ? "" : age(moment);
}

function drift(model: Model): HTMLElement {
  const level = model.drift as Level;
  const known = level in VERDICTS;
  const badge = h("span", {
    class: `cx-state cx-${known ? TONES[level] : "off"}`,
    title: model.period && t("in {period}", { period: model.period }),
  });
  if (known) badge.append(mark(level));
  badge.append(verdictOf(model));
  return badge;
}
