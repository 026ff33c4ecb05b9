/** How the levels look: a colour, a shape and a word each. */

import { h } from "../../dom.ts";
import { draw } from "../../drawing.ts";
import { t } from "../../words.ts";
import type { Level } from "./psi.ts";

export const TONES: Record<Level, string> = {
  empty: "off",
  noise: "off",
  stable: "ok",
  moderate: "warn",
  significant: "bad",
};

/** The outline of a level's mark, around 0 and of about that radius. */
export function markPath(level: Level, size: number): string {
  const s = size;
  switch (level) {
    case "significant":
      return `M${-s} ${-s}H${s}V${s}H${-s}Z`;
    case "moderate":
      return `M0 ${-s * 1.15}L${s * 1.15} ${s}H${-s * 1.15}Z`;
    case "stable":
      return `M${-s} 0A${s} ${s} 0 1 0 ${s} 0A${s} ${s} 0 1 0 ${-s} 0Z`;
    case "noise":
      return `M${-s * 0.4} 0A${s * 0.4} ${s * 0.4} 0 1 0 ${s * 0.4} 0A${s * 0.4} ${s * 0.4} 0 1 0 ${-s * 0.4} 0Z`;
    default:
      return `M${-s * 0.7} 0H${s * 0.7}`;
  }
}

/** A level's mark as a small drawing beside its word. */
export function mark(level: Level): SVGElement {
  const svg = draw("svg", {
    viewBox: "-8 -8 16 16",
    class: `cx-level cx-level-${level}`,
    "aria-hidden": "true",
  });
  svg.append(draw("path", { d: markPath(level, 5) }));
  return svg;
}

/** What the marks of the heat map mean, the worst first. */
export function key(words: Record<Level, string>, withGaps: boolean): HTMLElement {
  const levels: Level[] = ["significant", "moderate", "stable", "noise"];
  const items = levels.map((level) =>
    h("span", { class: "cx-legend-item" }, mark(level), words[level]),
  );
  if (withGaps)
    items.push(
      h(
        "span",
        { class: "cx-legend-item" },
        h("i", { class: "cx-hatch" }),
        t("no records"),
      ),
    );
  return h("div", { class: "cx-legend cx-marks" }, ...items);
}

/** Lines that are told apart without colour: a dash and a shape each. */
export const DASHES = ["", "7 4", "2 3", "8 3 2 3", "12 4"];
export const POINTS: ((s: number) => string)[] = [
  (s) => `M${-s} 0A${s} ${s} 0 1 0 ${s} 0A${s} ${s} 0 1 0 ${-s} 0Z`,
  (s) => `M${-s} ${-s}H${s}V${s}H${-s}Z`,
  (s) => `M0 ${-s * 1.3}L${s * 1.3} 0L0 ${s * 1.3}L${-s * 1.3} 0Z`,
  (s) => `M0 ${-s * 1.2}L${s * 1.2} ${s}H${-s * 1.2}Z`,
  (s) => `M${-s} ${-s}L${s} ${s}M${-s} ${s}L${s} ${-s}`,
];
/** How many lines have a look of their own. */
export const SERIES = 7;
