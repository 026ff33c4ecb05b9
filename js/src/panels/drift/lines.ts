/** Lines over the periods, with thresholds and the period that is shown. */

import { h } from "../../dom.ts";
import { draw, ticks, words } from "../../drawing.ts";
import { t } from "../../words.ts";
import type { Table } from "./figure.ts";
import { DASHES, POINTS, SERIES } from "./looks.ts";
import { along, inside, placed, type Spot } from "./placing.ts";
import type { Cell } from "./saving.ts";

export interface Line {
  name: string;
  /** One a label; NaN is a gap. */
  values: number[];
}

export interface Threshold {
  value: number;
  name: string;
}

export interface Plot {
  name: string;
  labels: string[];
  lines: Line[];
  /** Labels of periods without records. */
  gaps?: Set<string>;
  thresholds?: Threshold[];
  /** Which label is the one that is shown elsewhere. */
  now?: number;
  /** Heights by the square root, for PSI: 0.1 and 6 are both in sight. */
  rooted?: boolean;
  /** 1 on top, as ranks are read. */
  downwards?: boolean;
  text: (value: number) => string;
}

const WIDTH = 460;
const HEIGHT = 220;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 12, 10, 30];
/** Letters of a label, and units that each takes with the room around it. */
const [LONG, WIDE] = [12, 8];

export function lineChart(plot: Plot): Element {
  const { labels, lines, thresholds = [], now = -1, downwards, rooted, text } = plot;
  const { gaps } = plot;
  const values = lines.flatMap((line) => line.values).filter(Number.isFinite);
  if (!values.length) return h("p", { class: "cx-empty" }, t("There are no values."));
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (downwards) [low, high] = [1, Math.max(high, 2)];
  else {
    low = Math.min(low, ...thresholds.map((one) => one.value));
    // The nearest threshold above is in sight, so that height means something.
    const above = thresholds.map((one) => one.value).filter((one) => one > high);
    high = Math.max(high, ...above.slice(0, 1));
    if (rooted || (low > 0 && low < 0.6 * high)) low = 0;
    high += (high - low) * 0.06 || 0.1;
  }
  const [y0, y1] = downwards ? [high + 0.5, low - 0.5] : [low, high];
  const step = (WIDTH - LEFT - RIGHT) / Math.max(labels.length - 1, 1);
  const px = (at: number): number =>
    labels.length > 1 ? LEFT + at * step : (LEFT + WIDTH - RIGHT) / 2;
  const part = (y: number): number =>
    rooted ? Math.sqrt(Math.max(y, 0) / y1) : (y - y0) / (y1 - y0);
  const py = (y: number): number => HEIGHT - BOTTOM - part(y) * (HEIGHT - TOP - BOTTOM);
  const svg = draw("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "cx-chart",
    role: "img",
    "aria-label": describe(plot),
  });
  const marks = downwards
    ? ticks(1, high, Math.min(high - 1, 8)).filter(Number.isInteger)
    : rooted
      ? rootedTicks(high)
      : ticks(low, high);
  for (const y of marks)
    svg.append(
      draw("line", {
        class: "cx-grid-line",
        x1: LEFT,
        x2: WIDTH - RIGHT,
        y1: py(y),
        y2: py(y),
      }),
      words(text(y), { x: LEFT - 6, y: py(y) + 4, "text-anchor": "end" }),
    );
  const [left, right] = [LEFT, WIDTH - RIGHT];
  for (const [at, label] of labels.entries()) {
    if (!gaps?.has(label)) continue;
    const from = Math.max(left, px(at) - step / 2);
    const band = draw("rect", {
      class: "cx-gap",
      x: from,
      y: TOP,
      width: Math.min(right, px(at) + step / 2) - from,
      height: HEIGHT - BOTTOM - TOP,
    });
    const told = draw("title", {});
    told.textContent = `${label}: ${t("no records")}`;
    band.append(told);
    svg.append(band);
  }
  for (const at of readable(labels, step))
    svg.append(
      words(cut(labels[at] as string, LONG), {
        x: px(at),
        y: HEIGHT - BOTTOM + 16,
        "text-anchor": anchor(at, labels.length),
      }),
    );
  if (now >= 0)
    svg.append(
      draw("line", {
        class: "cx-now",
        x1: px(now),
        x2: px(now),
        y1: TOP,
        y2: HEIGHT - BOTTOM,
      }),
    );
  const names: Element[] = [];
  const taken = lines.flatMap(({ values: ys }) =>
    along(ys.map((y, at) => [px(at), py(y)])),
  );
  for (const { value, name } of [...thresholds].sort((a, b) => b.value - a.value)) {
    if (value > high || value < low) continue;
    svg.append(
      draw("line", {
        class: "cx-threshold",
        x1: LEFT,
        x2: WIDTH - RIGHT,
        y1: py(value),
        y2: py(value),
      }),
    );
    const [over, under] = [py(value) - 4, py(value) + 10];
    const spots: Spot[] = [over, under].flatMap((y) => [
      { x: right, y, anchor: "end" },
      { x: left + 2, y, anchor: "start" },
      { x: (left + right) / 2, y, anchor: "middle" },
    ]);
    const spot = placed(name, spots, taken);
    taken.push(...inside(name, spot));
    const at = { x: spot.x, y: spot.y, "text-anchor": spot.anchor };
    names.push(words(name, { class: "cx-tick cx-threshold-name", ...at }));
  }
  for (const [place, line] of lines.entries())
    svg.append(...drawn(line, place, px, py));
  // Last, so that no line runs through them.
  svg.append(...names);
  return h("div", { class: "cx-plot" }, svg, legend(lines));
}

/** Which labels are written, evenly, so that none runs into the next. */
function readable(labels: string[], step: number): number[] {
  const wide = WIDE * Math.min(LONG, Math.max(...labels.map((one) => one.length)));
  const every = Math.ceil(wide / step);
  const last = labels.length - 1;
  const even = labels.map((_, at) => at).filter((at) => at % every === 0);
  // The last is written to the left of its place, into the room of the one before.
  return even.filter(
    (at) => at === last || last % every || (last - at) * step >= 1.5 * wide,
  );
}

/** The last label stays inside. */
function anchor(at: number, count: number): string {
  return at && at === count - 1 ? "end" : "middle";
}

/** Marks of an axis by the square root, apart enough to be read. */
export function rootedTicks(high: number): number[] {
  if (high < 0.1) return ticks(0, high, 4);
  const made = [0];
  for (const one of [0.1, 0.25, 0.5, 1, 2, 4, 7, 11, 16, 25])
    if (
      one <= high &&
      Math.sqrt(one / high) - Math.sqrt((made.at(-1) ?? 0) / high) > 0.08
    )
      made.push(one);
  return made;
}

export function tableOf({ labels, lines, text, gaps }: Plot): Table {
  const shown = (value: Cell, [label]: Cell[]): string => {
    if (!Number.isNaN(value)) return text(+value);
    return gaps?.has(String(label)) ? t("no records") : "–";
  };
  return {
    head: [t("period"), ...lines.map((line) => line.name)],
    rows: labels.map((label, at) => [
      label,
      ...lines.map((line) => line.values[at] ?? Number.NaN),
    ]),
    shown: [String, ...lines.map(() => shown)],
  };
}

function drawn(
  line: Line,
  place: number,
  px: (at: number) => number,
  py: (y: number) => number,
): Element[] {
  let path = "";
  let pen = "M";
  const made: Element[] = [];
  const point = POINTS[place % POINTS.length] as (s: number) => string;
  const size = line.values.length > 60 ? 1.5 : 3.5;
  for (const [at, y] of line.values.entries()) {
    if (!Number.isFinite(y)) {
      pen = "M";
      continue;
    }
    path += `${pen}${px(at).toFixed(1)} ${py(y).toFixed(1)}`;
    pen = "L";
    made.push(
      draw("path", {
        class: `cx-point cx-series-${place % SERIES}`,
        d: point(size),
        transform: `translate(${px(at).toFixed(1)} ${py(y).toFixed(1)})`,
      }),
    );
  }
  const dash = DASHES[place % DASHES.length] as string;
  const stroke = draw("path", {
    class: `cx-series cx-series-${place % SERIES}`,
    d: path,
  });
  if (dash) stroke.setAttribute("stroke-dasharray", dash);
  return [stroke, ...made];
}

function legend(lines: Line[]): HTMLElement {
  const items = lines.map(({ name }, place) => {
    const key = draw("svg", {
      viewBox: "0 0 30 10",
      class: "cx-key",
      "aria-hidden": "true",
    });
    const stroke = draw("path", {
      class: `cx-series cx-series-${place % SERIES}`,
      d: "M1 5H29",
    });
    const dash = DASHES[place % DASHES.length];
    if (dash) stroke.setAttribute("stroke-dasharray", dash);
    const point = POINTS[place % POINTS.length] as (s: number) => string;
    key.append(
      stroke,
      draw("path", {
        class: `cx-point cx-series-${place % SERIES}`,
        d: point(3.5),
        transform: "translate(15 5)",
      }),
    );
    return h("span", { class: "cx-legend-item", dir: "auto" }, key, name);
  });
  return h("div", { class: "cx-legend" }, ...items);
}

function describe({ name, labels, lines, text }: Plot): string {
  const told = lines.slice(0, 8).map(({ name: line, values }) => {
    const last = values.findLastIndex(Number.isFinite);
    if (last < 0) return `${line}: ${t("no values")}`;
    return t("{line}: {value} in {period}", {
      line,
      value: text(values[last] as number),
      period: labels[last] ?? "",
    });
  });
  return `${name}. ${told.join("; ")}. ${t("The table has every value.")}`;
}

export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
