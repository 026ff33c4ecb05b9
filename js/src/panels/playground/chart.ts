/** A small line chart in SVG: one or two lines, their axes, and where the form stands. */

import { h } from "../../dom.ts";
import { draw, extent, short, ticks, words } from "../../drawing.ts";
import { t } from "../../words.ts";

export interface Line {
  name: string;
  /** x and y; a null y is a gap. */
  points: [number, number | null][];
}

const WIDTH = 560;
const HEIGHT = 250;
const LEFT = 58;
const RIGHT = 14;
const TOP = 12;
const BOTTOM = 40;

/**
 * @param now the present value of the field, marked where it is in range.
 */
export function chart(
  lines: Line[],
  xName: string,
  yName: string,
  now: number,
): Element {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map(([x]) => x);
  const ys = points.flatMap(([, y]) => (y === null ? [] : [y]));
  const [x0, x1] = extent(xs);
  let [y0, y1] = extent(ys);
  const air = y1 > y0 ? (y1 - y0) * 0.06 : Math.abs(y0) * 0.1 || 1;
  [y0, y1] = [y0 - air, y1 + air];
  const px = (x: number): number =>
    LEFT + ((x - x0) / (x1 - x0 || 1)) * (WIDTH - LEFT - RIGHT);
  const py = (y: number): number =>
    HEIGHT - BOTTOM - ((y - y0) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM);

  const svg = draw("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "cx-chart",
    role: "img",
    "aria-label": describe(lines, xName, yName),
  });
  for (const y of ticks(y0, y1)) {
    svg.append(
      draw("line", {
        class: "cx-grid-line",
        x1: LEFT,
        x2: WIDTH - RIGHT,
        y1: py(y),
        y2: py(y),
      }),
      words(short(y), { x: LEFT - 8, y: py(y) + 4, "text-anchor": "end" }),
    );
  }
  const base = HEIGHT - BOTTOM;
  svg.append(
    draw("line", { class: "cx-axis", x1: LEFT, x2: WIDTH - RIGHT, y1: base, y2: base }),
  );
  for (const x of ticks(x0, x1, 6)) {
    svg.append(
      draw("line", { class: "cx-axis", x1: px(x), x2: px(x), y1: base, y2: base + 4 }),
      words(short(x), { x: px(x), y: base + 17, "text-anchor": "middle" }),
    );
  }
  if (now >= x0 && now <= x1) {
    svg.append(
      draw("line", { class: "cx-now", x1: px(now), x2: px(now), y1: TOP, y2: base }),
    );
  }
  svg.append(
    words(cut(xName), {
      class: "cx-axis-name",
      x: (LEFT + WIDTH - RIGHT) / 2,
      y: HEIGHT - 5,
      "text-anchor": "middle",
    }),
  );
  for (const [place, line] of lines.entries())
    svg.append(...series(line, place, px, py));
  return svg;
}

/** Which line is which; nothing where there is one only. */
export function legend(lines: Line[]): HTMLElement {
  const items = lines.map((line, place) => {
    const key = draw("svg", {
      viewBox: "0 0 26 10",
      class: "cx-key",
      "aria-hidden": "true",
    });
    key.append(draw("path", { class: `cx-series cx-series-${place}`, d: "M1 5H25" }));
    return h("span", { class: "cx-legend-item", dir: "auto" }, key, line.name);
  });
  return h("div", { class: "cx-legend" }, ...(lines.length > 1 ? items : []));
}

function series(
  line: Line,
  place: number,
  px: (x: number) => number,
  py: (y: number) => number,
): Element[] {
  let path = "";
  let pen = "M";
  const dots: Element[] = [];
  for (const [x, y] of line.points) {
    if (y === null) {
      pen = "M";
      continue;
    }
    path += `${pen}${px(x).toFixed(1)} ${py(y).toFixed(1)}`;
    pen = "L";
    const dot = draw("circle", {
      class: `cx-dot cx-dot-${place}`,
      cx: px(x),
      cy: py(y),
      r: line.points.length > 60 ? 1.5 : 3,
    });
    const title = draw("title", {});
    title.textContent = `${short(x)}: ${short(y)}`;
    dot.append(title);
    dots.push(dot);
  }
  return [draw("path", { class: `cx-series cx-series-${place}`, d: path }), ...dots];
}

function describe(lines: Line[], xName: string, yName: string): string {
  const told = lines.map(({ name, points }) => {
    const seen = points.filter(([, y]) => y !== null) as [number, number][];
    const [first, last] = [seen[0], seen.at(-1)];
    if (!first || !last) return `${name}: ${t("no answer yet")}`;
    return t("{name}: from {first} at {start} to {last} at {end}", {
      name,
      first: short(first[1]),
      start: short(first[0]),
      last: short(last[1]),
      end: short(last[0]),
    });
  });
  const over = t("{output} over {field}", { output: yName, field: xName });
  return `${over}. ${told.join("; ")}. ${t("The table has every value.")}`;
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
