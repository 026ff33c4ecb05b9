/**
 * PSI of every column and period: names as a list that keys move through, cells on a
 * canvas. Only what is in sight is drawn, so thousands of columns cost what ten do.
 */

import { h } from "../../dom.ts";
import { t } from "../../words.ts";
import type { DriftData, Matrix, Reference } from "./data.ts";
import type { Drawing } from "./figure.ts";
import { hatch, type Ink, inkOf } from "./ink.ts";
import { markPath } from "./looks.ts";
import { LEVELS, type Level } from "./psi.ts";
import { pngOf } from "./saving.ts";
import { columnsOf, digits, verdict, WORDS } from "./words.ts";

const ROW = 22;
const HEAD = 26;
const NAMES = 190;
const LEAST = 13;
/** A picture is not taller than browsers can make it. */
const TALLEST = 16_000;

export interface Chosen {
  column: number;
  place: number;
}

export class HeatMap {
  readonly element: HTMLElement;
  /** Called when the reader chose a column or a period. */
  onChoose: (chosen: Chosen) => void = () => {};
  readonly #canvas = h("canvas", { class: "cx-heat-canvas", "aria-hidden": "true" });
  readonly #space: HTMLElement;
  readonly #names: HTMLElement;
  readonly #corner = h("div", { class: "cx-heat-corner", "aria-hidden": "true" });
  readonly #list: HTMLElement;
  #data: DriftData | null = null;
  #matrix: Matrix | null = null;
  #reference: Reference = "training";
  #order: number[] = [];
  #chosen: Chosen = { column: 0, place: 0 };
  #paths = new Map<Level, Path2D>();
  /** The PSI of the longest bar; what is beyond fills its row. */
  #longest = 0.5;
  #due = 0;

  constructor(signal: AbortSignal) {
    this.#names = h("div", { class: "cx-heat-rows", role: "presentation" });
    this.#list = h(
      "div",
      {
        class: "cx-heat-names",
        role: "listbox",
        tabindex: "0",
        "aria-label": t("Columns; up and down choose one, left and right a period"),
        onkeydown: (event) => this.#key(event as KeyboardEvent),
      },
      this.#names,
    );
    this.#space = h(
      "div",
      { class: "cx-heat-space", onclick: (event) => this.#click(event as MouseEvent) },
      this.#canvas,
      this.#corner,
      this.#list,
    );
    this.element = h(
      "div",
      { class: "cx-heat", onscroll: () => this.#later() },
      this.#space,
    );
    const size = new ResizeObserver(() => this.#later());
    size.observe(this.element);
    signal.addEventListener("abort", () => {
      size.disconnect();
      cancelAnimationFrame(this.#due);
    });
  }

  /** @param order the columns to show, in that order. */
  show(
    data: DriftData,
    reference: Reference,
    order: number[],
    chosen: Chosen,
    follow: boolean,
  ): void {
    this.#data = data;
    this.#matrix = data.matrix(reference);
    const known = this.#matrix.psi.filter((psi) => !Number.isNaN(psi));
    this.#longest = Math.min(Math.max(0.5, known.reduce(larger, 0)), 2);
    this.#reference = reference;
    this.#order = order;
    this.#chosen = chosen;
    this.#corner.textContent =
      order.length === data.columns.length
        ? columnsOf(order.length)
        : t("{shown} of {all}", { shown: order.length, all: data.columns.length });
    this.element.style.height = `${HEAD + ROW * Math.min(Math.max(order.length, 3), 12) + 2}px`;
    this.#space.style.height = `${HEAD + ROW * order.length}px`;
    if (follow) this.#follow();
    this.#draw();
  }

  /** The theme has changed. */
  repaint(): void {
    this.#later();
  }

  #later(): void {
    cancelAnimationFrame(this.#due);
    this.#due = requestAnimationFrame(() => this.#draw());
  }

  /** Bring the chosen row and period into sight. */
  #follow(): void {
    const row = this.#order.indexOf(this.#chosen.column);
    if (row < 0) return;
    const { element } = this;
    const seen = element.clientHeight - HEAD;
    if (row * ROW < element.scrollTop) element.scrollTop = row * ROW;
    else if ((row + 1) * ROW > element.scrollTop + seen)
      element.scrollTop = (row + 1) * ROW - seen;
    const width = this.#cell();
    const [left, right] = [
      this.#chosen.place * width,
      (this.#chosen.place + 1) * width,
    ];
    const room = element.clientWidth - NAMES;
    if (left < element.scrollLeft) element.scrollLeft = left;
    else if (right > element.scrollLeft + room) element.scrollLeft = right - room;
  }

  #cell(): number {
    const room = this.element.clientWidth - NAMES;
    const places = this.#data?.places.length ?? 1;
    return Math.min(Math.max(room / places, LEAST), places === 1 ? room : 74);
  }

  #draw(): void {
    const { element } = this;
    if (!this.#data || !element.clientWidth) return;
    const [width, height] = [element.clientWidth, element.clientHeight];
    const cell = this.#cell();
    this.#space.style.width = `${NAMES + Math.ceil(cell * this.#data.places.length)}px`;
    const scale = globalThis.devicePixelRatio || 1;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    // The list's corner stands over the canvas, which is before it in the flow.
    this.#space.style.setProperty("--cx-seen", `${height}px`);
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    const pen = this.#canvas.getContext("2d");
    if (!pen) return;
    pen.scale(scale, scale);
    const ink = inkOf(element);
    const first = Math.floor(element.scrollTop / ROW);
    const last = Math.min(
      this.#order.length,
      Math.ceil((element.scrollTop + height - HEAD) / ROW),
    );
    const area = {
      width,
      height,
      cell,
      left: element.scrollLeft,
      top: element.scrollTop,
    };
    this.#paint(pen, ink, area, first, last);
    this.#list.style.transform = `translateX(${element.scrollLeft}px)`;
    this.#rows(first, last);
  }

  #rows(first: number, last: number): void {
    const data = this.#data as DriftData;
    const made = [];
    for (let row = first; row < last; row++) {
      const column = this.#order[row] as number;
      const binned = data.columns[column];
      const { place } = this.#chosen;
      const level = data.level(column, this.#reference, place);
      const psi = data.psi(column, this.#reference, place);
      const option = h(
        "div",
        {
          class: "cx-heat-name",
          role: "option",
          dir: "auto",
          id: `cx-column-${column}`,
          title: binned?.name ?? "",
          "aria-selected": String(column === this.#chosen.column),
          "aria-setsize": String(this.#order.length),
          "aria-posinset": String(row + 1),
          "aria-label": `${binned?.name}: PSI ${digits(psi, 2)}, ${WORDS[level]}`,
          style: `top: ${HEAD + row * ROW}px`,
        },
        binned?.name ?? "",
      );
      made.push(option);
    }
    this.#names.replaceChildren(...made);
    const row = this.#order.indexOf(this.#chosen.column);
    if (row >= first && row < last)
      this.#list.setAttribute(
        "aria-activedescendant",
        `cx-column-${this.#chosen.column}`,
      );
    else this.#list.removeAttribute("aria-activedescendant");
  }

  #paint(
    pen: CanvasRenderingContext2D,
    ink: Ink,
    area: { width: number; height: number; cell: number; left: number; top: number },
    first: number,
    last: number,
  ): void {
    const { places } = this.#data as DriftData;
    const { width, height, cell, left, top } = area;
    pen.clearRect(0, 0, width, height);
    pen.textBaseline = "middle";
    pen.save();
    pen.beginPath();
    pen.rect(NAMES, HEAD, width - NAMES, height - HEAD);
    pen.clip();
    const [from, to] = [
      Math.max(0, Math.floor(left / cell)),
      Math.min(places.length, Math.ceil((left + width - NAMES) / cell)),
    ];
    for (let row = first; row < last; row++) {
      const column = this.#order[row] as number;
      const y = HEAD + row * ROW - top;
      for (let place = from; place < to; place++)
        this.#cellAt(pen, ink, column, place, NAMES + place * cell - left, y, cell);
      if (column === this.#chosen.column) {
        pen.strokeStyle = ink.accent;
        pen.lineWidth = 1;
        pen.strokeRect(NAMES - left + 0.5, y + 0.5, places.length * cell - 1, ROW - 1);
        const x = NAMES + this.#chosen.place * cell - left;
        pen.lineWidth = 2.5;
        pen.strokeRect(x + 1.5, y + 1.5, cell - 3, ROW - 3);
      }
    }
    pen.restore();
    pen.save();
    pen.beginPath();
    pen.rect(NAMES, 0, width - NAMES, HEAD);
    pen.clip();
    pen.font = `11px ${ink.font}`;
    const whole = places.length - 1;
    const end = Math.min(width, NAMES + places.length * cell - left);
    const taken: [number, number][] = [];
    // First what must be named, then whoever finds room.
    const rest = Array.from({ length: to - from }, (_, at) => from + at);
    for (const place of [this.#chosen.place, whole, ...rest]) {
      if (place < from || place >= to) continue;
      const chosen = place === this.#chosen.place;
      pen.font = `${chosen ? "600 " : ""}11px ${ink.font}`;
      pen.fillStyle = chosen ? ink.fg : ink.dim;
      const name = places[place] as string;
      // The cell of all rows is the last: a short name may fit beside a period's.
      for (const text of place === whole ? [name, t("all")] : [name]) {
        const wide = pen.measureText(text).width;
        const middle = NAMES + (place + 0.5) * cell - left;
        const x = Math.min(Math.max(middle - wide / 2, NAMES + 2), end - wide - 2);
        if (taken.some(([a, b]) => x < b + 10 && a < x + wide + 10)) continue;
        taken.push([x, x + wide]);
        pen.fillText(text, x, HEAD / 2);
        break;
      }
    }
    pen.restore();
  }

  #cellAt(
    pen: CanvasRenderingContext2D,
    ink: Ink,
    column: number,
    place: number,
    x: number,
    y: number,
    cell: number,
  ): void {
    const data = this.#data as DriftData;
    const at = column * data.places.length + place;
    const level = LEVELS[this.#matrix?.level[at] ?? 0] as Level;
    const psi = this.#matrix?.psi[at] ?? Number.NaN;
    // All rows together stand apart from the periods.
    const apart = place === data.whole && place > 0 ? 3 : 1;
    const bar = data.places.length === 1;
    if (bar) {
      const scale = this.#longest;
      const wide = Number.isNaN(psi) ? 0 : (cell - 130) * Math.min(psi / scale, 1);
      pen.fillStyle = ink.fill[level];
      pen.fillRect(x + 110, y + 4, Math.max(wide, 1), ROW - 8);
      const { moderate, significant } = data.columns[column] ?? {
        moderate: 0.1,
        significant: 0.25,
      };
      pen.fillStyle = ink.dim;
      for (const line of [moderate, significant])
        pen.fillRect(x + 110 + ((cell - 130) * line) / scale, y + 1, 1, ROW - 2);
    } else if (data.isGap(place)) {
      hatch(pen, ink.dim, x + apart, y + 1, cell - apart - 1, ROW - 2);
      return;
    } else {
      pen.fillStyle = ink.fill[level];
      pen.fillRect(x + apart, y + 1, cell - apart - 1, ROW - 2);
    }
    pen.save();
    const shape = bar || cell >= 46;
    pen.translate(shape ? x + apart + 10 : x + apart + (cell - apart) / 2, y + ROW / 2);
    pen.fillStyle = bar ? ink.fill[level] : ink.mark[level];
    pen.strokeStyle = bar && level === "empty" ? ink.dim : ink.mark[level];
    pen.lineWidth = 1.3;
    const path = this.#path(level);
    if (level === "significant" || level === "moderate" || bar) pen.fill(path);
    if (!(bar && level === "significant")) pen.stroke(path);
    pen.restore();
    if (!shape) return;
    pen.fillStyle = bar ? ink.fg : ink.mark[level];
    pen.font = `11px ${ink.font}`;
    pen.fillText(digits(psi, 2), x + apart + 20, y + ROW / 2 + 0.5);
    if (bar) {
      pen.fillStyle = ink.dim;
      pen.fillText(SHORT[level], x + 52, y + ROW / 2 + 0.5);
    }
  }

  #path(level: Level): Path2D {
    const known = this.#paths.get(level) ?? new Path2D(markPath(level, 4));
    this.#paths.set(level, known);
    return known;
  }

  #click(event: MouseEvent): void {
    const data = this.#data;
    if (!data) return;
    const box = this.element.getBoundingClientRect();
    const y = event.clientY - box.top - this.element.clientTop - HEAD;
    if (y < 0) return;
    const row = Math.floor((y + this.element.scrollTop) / ROW);
    const column = this.#order[row];
    if (column === undefined) return;
    const x = event.clientX - box.left - this.element.clientLeft - NAMES;
    const place = Math.floor((x + this.element.scrollLeft) / this.#cell());
    const there = x >= 0 && place < data.places.length;
    this.#list.focus({ preventScroll: true });
    this.onChoose({ column, place: there ? place : this.#chosen.place });
  }

  #key(event: KeyboardEvent): void {
    const data = this.#data;
    if (!data || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = Math.max(this.#order.indexOf(this.#chosen.column), 0);
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW) - 2);
    const last = this.#order.length - 1;
    const rows: Record<string, number> = {
      ArrowDown: row + 1,
      ArrowUp: row - 1,
      PageDown: row + page,
      PageUp: row - page,
      Home: 0,
      End: last,
    };
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };
    const to = rows[event.key];
    const step = steps[event.key];
    if (to === undefined && step === undefined) return;
    event.preventDefault();
    const column = this.#order[Math.min(Math.max(to ?? row, 0), last)];
    const place = Math.min(Math.max(this.#chosen.place + (step ?? 0), 0), data.whole);
    if (column !== undefined) this.onChoose({ column, place });
  }

  /** What the figure around it needs. */
  drawing(order: number[]): Drawing {
    const data = this.#data as DriftData;
    const reference = this.#reference;
    return {
      title: t("PSI against {against}", {
        against: data.nameOf(reference, data.whole),
      }),
      chart: () => this.element,
      picture: () => this.#picture(order),
      table: () => ({
        head: [t("column"), ...data.places, t("verdict"), t("impact")],
        rows: order.map((column) => [
          data.columns[column]?.name ?? "",
          ...data.places.map((_, place) => data.psi(column, reference, place)),
          verdict(
            data.level(column, reference, this.#chosen.place),
            data.found(column, reference, this.#chosen.place)?.rows ?? 0,
          ),
          data.impact(column, reference, this.#chosen.place),
        ]),
        shown: [
          String,
          ...data.places.map(
            (_, place) => (v: string | number) =>
              data.isGap(place) ? t("no records") : digits(+v),
          ),
          String,
          (v) => digits(+v, 4),
        ],
      }),
    };
  }

  async #picture(order: number[]): Promise<Blob> {
    const data = this.#data as DriftData;
    const rows = Math.min(order.length, Math.floor((TALLEST - HEAD) / ROW));
    const cell = this.#cell();
    const canvas = h("canvas");
    canvas.width = NAMES + Math.ceil(cell * data.places.length);
    canvas.height = HEAD + rows * ROW;
    const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
    const ink = inkOf(this.element);
    const area = { width: canvas.width, height: canvas.height, cell, left: 0, top: 0 };
    this.#paint(pen, ink, area, 0, rows);
    pen.globalCompositeOperation = "destination-over";
    pen.fillStyle = ink.bg;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.globalCompositeOperation = "source-over";
    pen.fillStyle = ink.fg;
    pen.font = `12px ${ink.font}`;
    for (let row = 0; row < rows; row++) {
      const name = data.columns[order[row] as number]?.name ?? "";
      pen.fillText(name, 6, HEAD + (row + 0.5) * ROW, NAMES - 12);
    }
    return pngOf(canvas);
  }
}

function larger(a: number, b: number): number {
  return a > b ? a : b;
}

const SHORT: Record<Level, string> = {
  empty: t("empty"),
  noise: t("noise"),
  stable: t("stable"),
  moderate: t("moderate"),
  significant: t("significant"),
};
