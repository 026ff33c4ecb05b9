/** The counts of a drift view, and what follows from them for any reference. */

import type { Binned, ToPage } from "../../messages.ts";
import { t } from "../../words.ts";
import {
  type Counts,
  compare,
  type Found,
  LEVELS,
  type Level,
  levelOf,
  type Room,
  type Rule,
  roomFor,
  rowsOf,
  ruleNamed,
} from "./psi.ts";
import { Reasons } from "./reasons.ts";

/** "training", "previous", or the place of a period. */
export type Reference = "training" | "previous" | number;

/** PSI, noise floor and level of every column and place, column by column. */
export interface Matrix {
  psi: Float64Array;
  floor: Float64Array;
  level: Uint8Array;
}

const LABEL_OF_ALL = t("all rows");

/** References that the kernel names in English. */
const REFERENCES: Record<string, string> = {
  training: t("training"),
  "the reference": t("the reference"),
};

/** Bins that are no part of a column's range, as the kernel names them. */
const BINS: Record<string, string> = {
  "(missing)": t("(missing)"),
  "(unseen)": t("(unseen)"),
};

export class DriftData {
  readonly message: ToPage["drift"];
  readonly columns: Binned[];
  /** Periods, and last all rows together. */
  readonly places: string[];
  readonly reasons: Reasons | null;
  readonly #rule: Rule;
  readonly #counts: Counts;
  readonly #starts: number[] = [];
  readonly #matrices = new Map<Reference, Matrix>();
  /** The last period with rows before each; -1 for none. */
  readonly #before: number[] = [];
  #sizes: number[] | null = null;

  constructor(message: ToPage["drift"], buffers: DataView[]) {
    const against = REFERENCES[message.against] ?? message.against;
    this.message = { ...message, against };
    this.columns = message.columns.map((column) => ({
      ...column,
      labels: column.labels.map((label, at) =>
        at < column.labels.length - 2 ? label : (BINS[label] ?? label),
      ),
    }));
    this.places = [...message.periods, LABEL_OF_ALL];
    this.#rule = ruleNamed(message.rule);
    const counts = copyOf(buffers[0]);
    this.#counts = message.wide ? new Float64Array(counts) : new Uint32Array(counts);
    let start = 0;
    for (const { labels } of this.columns) {
      this.#starts.push(start);
      start += labels.length * (message.periods.length + 2);
    }
    let last = -1;
    for (let place = 0; place < this.whole; place++) {
      this.#before.push(last);
      if (this.rows(place)) last = place;
    }
    this.reasons = message.features.length
      ? new Reasons(message, new Float64Array(copyOf(buffers[1])))
      : null;
  }

  /** The place of all rows together. */
  get whole(): number {
    return this.places.length - 1;
  }

  /** What the reference is called at a place. */
  nameOf(reference: Reference, place: number): string {
    if (reference === "training" || place === this.whole) {
      if (typeof reference === "number") return this.places[reference] ?? "";
      return this.message.against;
    }
    if (reference === "previous")
      return this.places[this.before(place)] ?? t("nothing before it");
    return this.places[reference] ?? "";
  }

  counts(column: number, place: number): Counts {
    return this.#row(column, place === this.whole ? 1 : place + 2);
  }

  referenceCounts(column: number, reference: Reference, place: number): Counts | null {
    if (reference === "training") return this.#row(column, 0);
    if (reference === "previous") {
      if (place === this.whole) return this.#row(column, 0);
      const before = this.before(place);
      return before < 0 ? null : this.counts(column, before);
    }
    return this.counts(column, reference);
  }

  found(
    column: number,
    reference: Reference,
    place: number,
    room?: Room,
  ): Found | null {
    const before = this.referenceCounts(column, reference, place);
    const binned = this.columns[column];
    if (!before || !binned) return null;
    const now = this.counts(column, place);
    const { quantiles } = this.message;
    return compare(this.#rule, before, now, binned.intervals, quantiles, room);
  }

  matrix(reference: Reference): Matrix {
    const known = this.#matrices.get(reference);
    if (known) return known;
    const wide = this.places.length;
    const size = this.columns.length * wide;
    const made = {
      psi: new Float64Array(size).fill(Number.NaN),
      floor: new Float64Array(size).fill(Number.NaN),
      level: new Uint8Array(size),
    };
    for (const [column, bands] of this.columns.entries()) {
      const room = roomFor(bands.labels.length);
      for (let place = 0; place < wide; place++) {
        const one = this.found(column, reference, place, room);
        if (!one) continue;
        const at = column * wide + place;
        made.psi[at] = one.psi;
        made.floor[at] = one.floor;
        made.level[at] = LEVELS.indexOf(levelOf(one.psi, one.floor, bands));
      }
    }
    this.#matrices.set(reference, made);
    return made;
  }

  psi(column: number, reference: Reference, place: number): number {
    return this.matrix(reference).psi[column * this.places.length + place] as number;
  }

  floor(column: number, reference: Reference, place: number): number {
    return this.matrix(reference).floor[column * this.places.length + place] as number;
  }

  level(column: number, reference: Reference, place: number): Level {
    const at = column * this.places.length + place;
    return LEVELS[this.matrix(reference).level[at] as number] as Level;
  }

  /** PSI times the live share of |SHAP|; NaN where that is not known. */
  impact(column: number, reference: Reference, place: number): number {
    const share = this.reasons?.shareOf(
      this.columns[column]?.name ?? "",
      this.places[place] ?? "",
    );
    return (share ?? Number.NaN) * this.psi(column, reference, place);
  }

  /** The last period with rows before one; -1 for none. */
  before(place: number): number {
    return this.#before[place] ?? -1;
  }

  /** The last period that has rows; -1 for none. */
  get latest(): number {
    const last = this.whole - 1;
    return this.isGap(last) ? this.before(last) : last;
  }

  get hasGaps(): boolean {
    return this.places.some((_, place) => this.isGap(place));
  }

  /** Whether a place is a period without records. */
  isGap(place: number): boolean {
    return place !== this.whole && !this.rows(place);
  }

  /** Rows of a place, by the column that has most. */
  rows(place: number): number {
    this.#sizes ??= this.places.map((_, at) =>
      this.columns.reduce(
        (most, _column, column) => Math.max(most, rowsOf(this.counts(column, at))),
        0,
      ),
    );
    return this.#sizes[place] ?? 0;
  }

  #row(column: number, row: number): Counts {
    const width = this.columns[column]?.labels.length ?? 0;
    const start = (this.#starts[column] ?? 0) + row * width;
    return (this.#counts as Float64Array).subarray(start, start + width);
  }
}

/** A part of the message on its own: a view into it may start at any byte. */
function copyOf(view: DataView | undefined): ArrayBuffer {
  if (!view) return new ArrayBuffer(0);
  const { buffer, byteOffset, byteLength } = view;
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}
