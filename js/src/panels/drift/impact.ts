/** Drift against importance: which drift matters. */

import { h } from "../../dom.ts";
import { draw, ticks, words } from "../../drawing.ts";
import { t } from "../../words.ts";
import type { DriftData, Reference } from "./data.ts";
import type { Drawing } from "./figure.ts";
import { cut, rootedTicks } from "./lines.ts";
import { markPath } from "./looks.ts";
import { USUAL } from "./psi.ts";
import { NO_REASONS } from "./trends.ts";
import { digits, percent, WORDS } from "./words.ts";

const WIDTH = 620;
const HEIGHT = 320;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 20, 20, 40];
/** How many points have their name beside them; a click or the table tells the rest. */
const NAMED = 12;
/** Letters of a name, and units: a letter's width, a line's height, to the mark. */
const [LONG, WIDE, HIGH, BESIDE] = [24, 6.5, 12, 9];

type Side = "start" | "end";
type Corner = [text: string, x: number, y: number, side: Side];
/** From, to, and the height of a text's line. */
type Box = [number, number, number];

export function impact(
  data: DriftData,
  reference: Reference,
  place: number,
  chosen: number,
  choose: (column: number) => void,
): Drawing {
  const label = data.places[place] ?? "";
  const title = t("Does the drift matter? {label}", { label });
  const points = data.columns.flatMap(({ name }, column) => {
    const share = data.reasons?.shareOf(name, label);
    const psi = data.psi(column, reference, place);
    if (share === undefined || Number.isNaN(share) || Number.isNaN(psi)) return [];
    const level = data.level(column, reference, place);
    return [{ column, name, share, psi, level }];
  });
  points.sort((a, b) => b.psi * b.share - a.psi * a.share);
  const chart = (): Element | string => {
    if (!data.reasons) return NO_REASONS;
    if (data.isGap(place))
      return t("There are no records in {place}.", { place: label });
    if (!points.length) return t("There are no SHAP values of {label}.", { label });
    const fair = 1 / data.reasons.features.length;
    const limits = new Set(data.columns.map((one) => one.moderate));
    const limit = limits.size === 1 ? ([...limits][0] as number) : USUAL.moderate;
    const right = Math.max(0.3, 1.5 * limit, ...points.map((one) => one.psi)) * 1.08;
    const top = Math.max(2 * fair, ...points.map((one) => one.share)) * 1.12;
    // By the root, as everywhere: one column far out leaves room for the others.
    const px = (x: number): number =>
      LEFT + Math.sqrt(x / right) * (WIDTH - LEFT - RIGHT);
    const py = (y: number): number =>
      HEIGHT - BOTTOM - (y / top) * (HEIGHT - TOP - BOTTOM);
    const svg = draw("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      class: "cx-chart",
      role: "img",
      "aria-label": t(
        "PSI against share of |SHAP| in {label}. What matters most: {most}. The table " +
          "has every value.",
        {
          label,
          most: points
            .slice(0, 3)
            .map(
              (one) => `${one.name}, PSI ${digits(one.psi, 2)}, ${percent(one.share)}`,
            )
            .join("; "),
        },
      ),
    });
    const lines: [number, number, number, number, string][] = [
      [px(limit), px(limit), TOP, HEIGHT - BOTTOM, "cx-threshold"],
      [LEFT, WIDTH - RIGHT, py(fair), py(fair), "cx-threshold"],
      [LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, HEIGHT - BOTTOM, "cx-axis"],
      [LEFT, LEFT, TOP, HEIGHT - BOTTOM, "cx-axis"],
    ];
    for (const [x1, x2, y1, y2, name] of lines)
      svg.append(draw("line", { class: name, x1, x2, y1, y2 }));
    for (const x of rootedTicks(right))
      svg.append(
        words(digits(x, 2), {
          x: px(x),
          y: HEIGHT - BOTTOM + 16,
          "text-anchor": "middle",
        }),
      );
    for (const y of ticks(0, top, 4))
      svg.append(
        words(percent(y), { x: LEFT - 6, y: py(y) + 4, "text-anchor": "end" }),
      );
    const spots = points.map((one) => [px(one.psi), py(one.share) + 4] as const);
    const marks = spots.map(([x, y]) => [x - 6, x + 6, y] as Box);
    const [near, far] = [LEFT + 6, WIDTH - RIGHT - 4];
    const [over, under] = [py(fair) - 4, py(fair) + 12];
    const corners: Corner[] = [
      [t("look here first"), far, TOP + 12, "end"],
      [t("steady"), near, TOP + 12, "start"],
      free(marks, [
        [t("equal share"), far, over, "end"],
        [t("equal share"), far, under, "end"],
        [t("equal share"), near, over, "start"],
        [t("equal share"), near, under, "start"],
      ]),
      [t("drifts, decides little"), far, HEIGHT - BOTTOM - 8, "end"],
    ];
    svg.append(
      words("PSI", {
        class: "cx-tick cx-axis-name",
        x: (LEFT + WIDTH) / 2,
        y: HEIGHT - 6,
        "text-anchor": "middle",
      }),
      words(t("share of |SHAP|"), {
        class: "cx-tick cx-axis-name",
        x: LEFT - 40,
        y: TOP - 8,
      }),
      ...corners.map(([text, x, y, side]) =>
        words(text, { class: "cx-tick cx-corner", x, y, "text-anchor": side }),
      ),
    );
    const taken = [...corners.map((one) => boxOf(...one)), ...marks];
    const named = apart(points, spots, taken, chosen);
    for (const point of [...points].reverse()) {
      const group = draw("g", {
        class: `cx-spot${point.column === chosen ? " cx-chosen" : ""}`,
        transform: `translate(${px(point.psi).toFixed(1)} ${py(point.share).toFixed(1)})`,
      });
      const title = draw("title", {});
      title.textContent = t("{name}: PSI {psi}, {share} of |SHAP|", {
        name: point.name,
        psi: digits(point.psi),
        share: percent(point.share),
      });
      group.append(
        title,
        draw("path", {
          class: `cx-level-${point.level}`,
          d: markPath(point.level, point.column === chosen ? 7 : 5),
        }),
      );
      const side = named.get(point);
      if (side)
        group.append(
          words(cut(point.name, LONG), {
            x: side === "end" ? -BESIDE : BESIDE,
            y: 4,
            "text-anchor": side,
          }),
        );
      group.addEventListener("click", () => choose(point.column));
      svg.append(group);
    }
    return h("div", { class: "cx-plot" }, svg);
  };
  return {
    title,
    chart,
    table: () => ({
      head: [t("column"), "PSI", t("share of |SHAP|"), t("impact"), t("verdict")],
      rows: points.map((one) => [
        one.name,
        one.psi,
        one.share,
        one.psi * one.share,
        WORDS[one.level],
      ]),
      shown: [
        String,
        (v) => digits(+v),
        (v) => percent(+v),
        (v) => digits(+v, 4),
        String,
      ],
    }),
  };
}

/** Where a text of that place is: from, to, and its height. */
function boxOf(text: string, x: number, y: number, side: Side): Box {
  const wide = WIDE * Math.min(text.length, LONG);
  return side === "end" ? [x - wide, x, y] : [x, x + wide, y];
}

/** The first of these places for a text that no mark is in; or the first of all. */
function free(marks: Box[], places: [Corner, ...Corner[]]): Corner {
  const open = places.find((one) => !marks.some((mark) => meets(mark, boxOf(...one))));
  return open ?? places[0];
}

/** On which side the first points, and the chosen one, have room for their names. */
function apart<Point extends { column: number; name: string }>(
  points: Point[],
  spots: (readonly [number, number])[],
  taken: Box[],
  chosen: number,
): Map<Point, Side> {
  const made = new Map<Point, Side>();
  const ranked = [...points.entries()].sort(
    ([, a], [, b]) => Number(b.column === chosen) - Number(a.column === chosen),
  );
  for (const [place, point] of ranked) {
    if (made.size >= NAMED) break;
    const [x, y] = spots[place] as readonly [number, number];
    const beside: [Side, Box][] = [
      ["start", boxOf(point.name, x + BESIDE, y, "start")],
      ["end", boxOf(point.name, x - BESIDE, y, "end")],
    ];
    const inside = beside.filter(([, box]) => box[0] >= LEFT && box[1] <= WIDTH);
    const open = inside.find(([, box]) => !taken.some((b) => meets(b, box)));
    // The chosen one has its name, be it over another's mark.
    const [side, box] = open ?? (point.column === chosen ? inside[0] : []) ?? [];
    if (!side || !box) continue;
    taken.push(box);
    made.set(point, side);
  }
  return made;
}

function meets([a, b, y]: Box, [c, d, z]: Box): boolean {
  return Math.abs(y - z) < HIGH && a < d && c < b;
}
