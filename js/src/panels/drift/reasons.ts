/** SHAP over the periods: shares, ranks and averages; training comes first. */

import type { ToPage } from "../../messages.ts";

/** Below this nDCG the live ranking of the features has left training's. */
export const ALARM = 0.9;

export class Reasons {
  readonly features: string[];
  /** "training", then the periods. */
  readonly labels: string[];
  readonly ndcg: (number | null)[];
  readonly rows: number[];
  readonly #meanAbs: Float64Array;
  readonly #mean: Float64Array;
  readonly #psi: Float64Array;
  readonly #places: Map<string, number>;
  readonly #totals: number[];

  constructor(message: ToPage["drift"], values: Float64Array) {
    this.features = message.features;
    this.labels = ["training", ...message.shap_periods];
    this.ndcg = message.ndcg;
    this.rows = message.shap_rows;
    const size = this.labels.length * this.features.length;
    this.#meanAbs = values.subarray(0, size);
    this.#mean = values.subarray(size, 2 * size);
    this.#psi = values.subarray(2 * size);
    this.#places = new Map(this.features.map((name, place) => [name, place]));
    this.#totals = this.labels.map((_, row) => {
      const { length } = this.features;
      return this.#meanAbs
        .subarray(row * length, (row + 1) * length)
        .reduce((sum, one) => sum + one, 0);
    });
  }

  /** Which row of the tables a period is; the only one where there are no periods. */
  rowOf(label: string): number {
    const found = this.labels.indexOf(label, 1);
    return found > 0 ? found : this.labels.length === 2 ? 1 : -1;
  }

  /**
   * The row of each period, -1 where it has none: a gap in the lines. Where the SHAP
   * values are of other periods, their own.
   */
  over(periods: string[]): { labels: string[]; rows: number[] } {
    const own = this.labels.slice(1);
    const labels = own.every((label) => periods.includes(label)) ? periods : own;
    return { labels, rows: labels.map((label) => this.labels.indexOf(label, 1)) };
  }

  share(feature: number, row: number): number {
    return this.meanAbs(feature, row) / (this.#totals[row] || Number.NaN);
  }

  /** A feature's share of all |SHAP| in a period, or undefined. */
  shareOf(name: string, label: string): number | undefined {
    const feature = this.#places.get(name);
    const row = this.rowOf(label);
    return feature === undefined || row < 0 ? undefined : this.share(feature, row);
  }

  /** 1 for the largest; equal ones share the better place; NaN where there is no row. */
  rank(feature: number, row: number): number {
    if (row < 0) return Number.NaN;
    const start = row * this.features.length;
    const mine = this.#meanAbs[start + feature] as number;
    let place = 1;
    for (let at = 0; at < this.features.length; at++)
      if ((this.#meanAbs[start + at] as number) > mine) place++;
    return place;
  }

  meanAbs(feature: number, row: number): number {
    if (row < 0) return Number.NaN;
    return this.#meanAbs[row * this.features.length + feature] ?? Number.NaN;
  }

  /** Whether the feature pushes predictions the other way than in training. */
  flipped(feature: number, row: number): boolean {
    const before = this.#mean[feature] ?? 0;
    const now = this.#mean[row * this.features.length + feature] ?? 0;
    return Math.sign(before) * Math.sign(now) < 0;
  }

  /** PSI of the feature's SHAP values; `row` counts from training, which has none. */
  psi(feature: number, row: number): number {
    if (row < 1) return Number.NaN;
    return this.#psi[(row - 1) * this.features.length + feature] ?? Number.NaN;
  }

  psiAverage(row: number): number {
    let sum = 0;
    for (let at = 0; at < this.features.length; at++) sum += this.psi(at, row);
    return sum / this.features.length;
  }

  meanAbsAverage(row: number): number {
    return (this.#totals[row] ?? Number.NaN) / this.features.length;
  }
}
