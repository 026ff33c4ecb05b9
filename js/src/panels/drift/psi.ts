/**
 * PSI from counts, by the same rules as codex_jupyter/drift/rules.py: a test holds the
 * two against each other on random counts.
 *
 * PSI is the sum over bins of (q - p) * ln(q / p), with p a bin's share of the
 * reference and q its share of the current data. A vector of counts ends with the rows
 * without a value and the rows whose value the reference never had.
 */

export type Counts = ArrayLike<number>;
export type Level = "empty" | "noise" | "stable" | "moderate" | "significant";
export const LEVELS: Level[] = ["empty", "noise", "stable", "moderate", "significant"];
/** Below so many rows on a side PSI is large by chance alone. */
export const SMALL = 200;

const EMPTY_SHARE = 1e-4;

/** Turns counts in `out` into shares, in place; unused bins are left alone. */
type Fill = (out: Float64Array, used: Uint8Array) => void;

export interface Rule {
  dropsMissing: boolean;
  /** An interval without rows on either side still counts as a bin. */
  keepsVoid: boolean;
  fill: Fill;
}

function total(out: Float64Array, used: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < out.length; at++) if (used[at]) sum += out[at] as number;
  return sum;
}

function divide(out: Float64Array, used: Uint8Array): void {
  const sum = total(out, used);
  for (let at = 0; at < out.length; at++)
    out[at] = sum > 0 ? (out[at] as number) / sum : Number.NaN;
}

const ours: Fill = (out, used) => {
  divide(out, used);
  for (let at = 0; at < out.length; at++) if (out[at] === 0) out[at] = EMPTY_SHARE;
};

const evidently: Fill = (out, used) => {
  divide(out, used);
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < out.length; at++) {
    const share = out[at] as number;
    if (used[at] && share > 0) least = Math.min(least, share);
  }
  const small = least <= EMPTY_SHARE ? least / 1e6 : EMPTY_SHARE;
  for (let at = 0; at < out.length; at++) if (out[at] === 0) out[at] = small;
};

function unlessVoid(fill: Fill): Fill {
  return (out, used) => {
    if (total(out, used) === 0) out.fill(Number.NaN);
    else fill(out, used);
  };
}

const fiddler: Fill = (out, used) => {
  for (let at = 0; at < out.length; at++) out[at] = (out[at] as number) + 1;
  divide(out, used);
};

const popmon: Fill = (out, used) => {
  divide(out, used);
  for (let at = 0; at < out.length; at++) out[at] = (out[at] as number) + 1e-5;
};

const scorecardpy: Fill = (out, used) => {
  for (let at = 0; at < out.length; at++) if (out[at] === 0) out[at] = 0.9;
  divide(out, used);
};

const RULES: Record<string, Rule> = {
  codex: { dropsMissing: false, keepsVoid: false, fill: ours },
  evidently: { dropsMissing: true, keepsVoid: true, fill: evidently },
  feature_engine: { dropsMissing: true, keepsVoid: false, fill: ours },
  fiddler: { dropsMissing: false, keepsVoid: true, fill: unlessVoid(fiddler) },
  popmon: { dropsMissing: true, keepsVoid: false, fill: popmon },
  scorecardpy: {
    dropsMissing: true,
    keepsVoid: false,
    fill: unlessVoid(scorecardpy),
  },
};

export function ruleNamed(name: string): Rule {
  const found = RULES[name];
  if (!found) throw new Error(`There is no rule ${name}.`);
  return found;
}

export interface Found {
  psi: number;
  floor: number;
  /** Rows that took part, on the smaller side. */
  rows: number;
  /** Each bin's part of the PSI; 0 where it takes no part. */
  parts: Float64Array;
  used: Uint8Array;
}

/** What one comparison writes into; a matrix of them uses one for a whole column. */
export interface Room {
  p: Float64Array;
  q: Float64Array;
  parts: Float64Array;
  used: Uint8Array;
}

export function roomFor(size: number): Room {
  const floats = (): Float64Array => new Float64Array(size);
  return { p: floats(), q: floats(), parts: floats(), used: new Uint8Array(size) };
}

/**
 * One reference against one vector of current counts.
 *
 * @param quantiles 95 % points of chi-squared, by degrees of freedom from 0.
 * @param room what was in it before is overwritten.
 */
export function compare(
  rule: Rule,
  reference: Counts,
  current: Counts,
  intervals: boolean,
  quantiles: number[],
  room = roomFor(reference.length),
): Found {
  const size = reference.length;
  const { p, q, parts, used } = room;
  for (const one of [p, q, parts, used]) one.fill(0);
  let bins = 0;
  let left = 0;
  let right = 0;
  for (let at = 0; at < size; at++) {
    const a = reference[at] as number;
    const b = current[at] as number;
    const isBin = at < size - 2;
    const takesPart = a + b > 0 || (isBin && intervals && rule.keepsVoid);
    if (!takesPart || (at === size - 2 && rule.dropsMissing)) continue;
    used[at] = 1;
    p[at] = a;
    q[at] = b;
    left += a;
    right += b;
    if (a + b > 0) bins++;
  }
  rule.fill(p, used);
  rule.fill(q, used);
  let psi = 0;
  let any = false;
  for (let at = 0; at < size; at++) {
    if (!used[at]) continue;
    any = true;
    const [x, y] = [p[at] as number, q[at] as number];
    const part = (y - x) * Math.log(y / x);
    parts[at] = part;
    psi += part;
  }
  if (!any) parts.fill(Number.NaN);
  const floor =
    left && right ? quantile(quantiles, bins - 1) * (1 / left + 1 / right) : Number.NaN;
  return {
    psi: any ? psi : Number.NaN,
    floor,
    rows: Math.min(left, right),
    parts,
    used,
  };
}

/** Wilson and Hilferty's approximation where the table ends, at hundreds of bins. */
function quantile(table: number[], freedom: number): number {
  const known = table[Math.max(freedom, 0)];
  if (known !== undefined) return known;
  const step = 2 / (9 * freedom);
  return freedom * (1 - step + 1.6448536269514722 * Math.sqrt(step)) ** 3;
}

export interface Bands {
  moderate: number;
  significant: number;
}

/** Where a column has no thresholds of its own. */
export const USUAL: Bands = { moderate: 0.1, significant: 0.25 };

export function levelOf(psi: number, floor: number, bands: Bands): Level {
  if (Number.isNaN(psi)) return "empty";
  if (psi <= floor) return "noise";
  if (psi < bands.moderate) return "stable";
  return psi <= bands.significant ? "moderate" : "significant";
}

/** Sum of counts. */
export function rowsOf(counts: Counts): number {
  let sum = 0;
  for (let at = 0; at < counts.length; at++) sum += counts[at] as number;
  return sum;
}
