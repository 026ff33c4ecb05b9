/** One column: its bins on both sides, and what each contributes to the PSI. */

import { h } from "../../dom.ts";
import { draw, ticks, words } from "../../drawing.ts";
import { number, t } from "../../words.ts";
import type { DriftData, Reference } from "./data.ts";
import type { Drawing, Table } from "./figure.ts";
import { cut } from "./lines.ts";
import { type Bands, levelOf, USUAL } from "./psi.ts";
import { digits, percent, sharesOf, verdict } from "./words.ts";

const WIDTH = 470;
const [LEFT, RIGHT, TOP] = [42, 6, 8];
const UPPER = 150;
const LOWER = 56;
const GAP = 16;
const NAMES = 84;
/** Bins that are drawn; of more, those that contribute most. The receipt has all. */
const MOST = 40;

interface Bars {
  key: string;
  svg: SVGElement;
  bins: number[];
  before: SVGElement[];
  now: SVGElement[];
  parts: SVGElement[];
  shareTop: number;
  partTop: number;
}

export class Distribution {
  #bars: Bars | null = null;
  readonly #element = h("div", { class: "cx-plot" });

  /** What a figure shows of one column, one period and one reference. */
  drawing(
    data: DriftData,
    column: number,
    reference: Reference,
    place: number,
  ): Drawing {
    const binned = data.columns[column];
    const found = data.found(column, reference, place);
    const before = data.referenceCounts(column, reference, place);
    const title = binned?.name ?? "";
    if (!binned || !found || !before || Number.isNaN(found.psi))
      return {
        title,
        chart: () =>
          data.isGap(place)
            ? t("There are no records in {place}.", { place: data.places[place] ?? "" })
            : found
              ? t("There is nothing to compare: a side has no rows.")
              : t("There is no period before this one."),
        table: () => ({ head: [t("bin")], rows: [] }),
      };
    const now = data.counts(column, place);
    const level = levelOf(found.psi, found.floor, binned);
    const told = verdict(level, found.rows);
    const against = data.nameOf(reference, place);
    const here = data.places[place] ?? "";
    const [p, q] = sharesOf(before, now, found.used);
    const shown = (at: number): boolean =>
      at < binned.labels.length - 2 ||
      !!found.used[at] ||
      (before[at] ?? 0) + (now[at] ?? 0) > 0;
    return {
      title: `${binned.name}: PSI ${digits(found.psi)}, ${told}${limits(binned)}`,
      chart: () => {
        // The same axes for every period, or the bars could not be compared by eye.
        const key = `${column} ${reference}`;
        if (this.#bars?.key !== key) {
          this.#bars = this.#fresh(data, column, reference, key);
          this.#element.replaceChildren(this.#bars.svg, legend(against, here));
        }
        this.#element.lastElementChild?.replaceWith(legend(against, here));
        this.#move(this.#bars, p, q, found.parts, binned.labels);
        this.#bars.svg.setAttribute(
          "aria-label",
          t(
            "Distribution of {name} in {against} and {here}, and each bin's part of " +
              "the PSI of {psi}. The table has every value.",
            { name: binned.name, against, here, psi: digits(found.psi) },
          ),
        );
        return this.#element;
      },
      table: () => receipt(binned.labels, before, now, p, q, found.parts, shown),
    };
  }

  #fresh(data: DriftData, column: number, reference: Reference, key: string): Bars {
    const labels = data.columns[column]?.labels ?? [];
    const top = new Float64Array(labels.length);
    const occupied = new Uint8Array(labels.length);
    let shareTop = 0;
    let partTop = 0;
    for (let place = 0; place < data.places.length; place++) {
      const one = data.found(column, reference, place);
      const before = data.referenceCounts(column, reference, place);
      if (!one || !before || Number.isNaN(one.psi)) continue;
      const [p, q] = sharesOf(before, data.counts(column, place), one.used);
      for (let at = 0; at < labels.length; at++) {
        if (!one.used[at]) continue;
        occupied[at] = 1;
        shareTop = Math.max(shareTop, p[at] ?? 0, q[at] ?? 0);
        partTop = Math.max(partTop, one.parts[at] ?? 0);
        top[at] = Math.max(top[at] ?? 0, one.parts[at] ?? 0);
      }
    }
    let bins = labels.flatMap((_, at) =>
      occupied[at] || at < labels.length - 2 ? [at] : [],
    );
    if (bins.length > MOST) {
      const ranked = [...bins].sort((a, b) => (top[b] ?? 0) - (top[a] ?? 0));
      bins = ranked.slice(0, MOST).sort((a, b) => a - b);
    }
    const height = TOP + UPPER + GAP + LOWER + NAMES;
    const svg = draw("svg", {
      viewBox: `0 0 ${WIDTH} ${height}`,
      class: "cx-chart",
      role: "img",
    });
    shareTop = shareTop || 1;
    partTop = partTop || 1;
    const base = TOP + UPPER;
    const floor = base + GAP + LOWER;
    const axis = (y: number, text: string): void => {
      svg.append(
        draw("line", {
          class: "cx-grid-line",
          x1: LEFT,
          x2: WIDTH - RIGHT,
          y1: y,
          y2: y,
        }),
        words(text, { x: LEFT - 6, y: y + 4, "text-anchor": "end" }),
      );
    };
    for (const share of ticks(0, shareTop, 4))
      axis(base - (share / shareTop) * UPPER, percent(share));
    axis(floor, "0");
    axis(floor - LOWER, digits(partTop, partTop < 0.1 ? 3 : 2));
    const width = (WIDTH - LEFT - RIGHT) / Math.max(bins.length, 1);
    const bar = Math.min(width * 0.38, 26);
    const made: Bars = {
      key,
      svg,
      bins,
      before: [],
      now: [],
      parts: [],
      shareTop,
      partTop,
    };
    const every = Math.ceil(bins.length / 26);
    for (const [place, bin] of bins.entries()) {
      const middle = LEFT + (place + 0.5) * width;
      const one = (name: string, x: number, y: number, tall: number, wide = bar) => {
        const rect = draw("rect", {
          class: `cx-bar-rect ${name}`,
          x,
          y: y - tall,
          width: wide,
          height: tall,
        });
        rect.append(draw("title", {}));
        svg.append(rect);
        return rect;
      };
      made.before.push(one("cx-before", middle - bar - 1, base, UPPER));
      made.now.push(one("cx-after", middle + 1, base, UPPER));
      made.parts.push(one("cx-part", middle - bar, floor, LOWER, 2 * bar));
      if (place % every === 0)
        svg.append(
          words(cut(labels[bin] ?? "", 17), {
            x: middle,
            y: floor + 12,
            class: "cx-tick cx-bin-name",
            "text-anchor": "end",
            transform: `rotate(-32 ${middle} ${floor + 12})`,
          }),
        );
    }
    svg.append(
      words(t("share"), { x: LEFT + 4, y: TOP + 8, class: "cx-tick cx-axis-name" }),
      words(t("part of the PSI"), {
        x: LEFT + 4,
        y: base + GAP - 3,
        class: "cx-tick cx-axis-name",
      }),
    );
    return made;
  }

  #move(
    bars: Bars,
    p: number[],
    q: number[],
    parts: Float64Array,
    labels: string[],
  ): void {
    const set = (rect: SVGElement | undefined, share: number, text: string): void => {
      if (!rect) return;
      rect.style.transform = `scaleY(${Number.isFinite(share) ? share : 0})`;
      const title = rect.firstChild as Element;
      title.textContent = text;
    };
    for (const [place, bin] of bars.bins.entries()) {
      const [a, b, part] = [p[bin] ?? 0, q[bin] ?? 0, parts[bin] ?? 0];
      const label = labels[bin] ?? "";
      set(bars.before[place], a / bars.shareTop, `${label}: ${percent(a)}`);
      set(bars.now[place], b / bars.shareTop, `${label}: ${percent(b)}`);
      set(bars.parts[place], part / bars.partTop, `${label}: ${digits(part, 4)}`);
    }
  }
}

/** The thresholds of a column that is not judged by the usual ones. */
function limits({ moderate, significant }: Bands): string {
  if (moderate === USUAL.moderate && significant === USUAL.significant) return "";
  return ` (thresholds ${moderate} and ${significant})`;
}

function legend(before: string, now: string): HTMLElement {
  const item = (name: string, text: string): HTMLElement => {
    const key = draw("svg", { viewBox: "0 0 14 12", class: "cx-key" });
    key.setAttribute("aria-hidden", "true");
    key.append(
      draw("rect", { class: `cx-bar-rect ${name}`, x: 1, y: 1, width: 12, height: 10 }),
    );
    return h("span", { class: "cx-legend-item", dir: "auto" }, key, text);
  };
  return h(
    "div",
    { class: "cx-legend" },
    item("cx-before", before),
    item("cx-after", now),
    item("cx-part", t("part of the PSI")),
  );
}

export function receipt(
  labels: string[],
  before: ArrayLike<number>,
  now: ArrayLike<number>,
  p: number[],
  q: number[],
  parts: Float64Array,
  shown: (at: number) => boolean,
): Table {
  const rows = labels.flatMap((label, at) =>
    shown(at)
      ? [
          [
            label,
            p[at] ?? Number.NaN,
            q[at] ?? Number.NaN,
            parts[at] ?? 0,
            before[at] ?? 0,
            now[at] ?? 0,
          ],
        ]
      : [],
  );
  return {
    head: [
      t("bin"),
      t("before"),
      t("now"),
      t("part of PSI"),
      t("n before"),
      t("n now"),
    ],
    rows,
    shown: [
      String,
      (v) => percent(+v),
      (v) => percent(+v),
      (v) => digits(+v, 4),
      count,
      count,
    ],
  };
}

function count(value: string | number): string {
  return number(Number(value));
}
