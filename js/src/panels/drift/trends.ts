/** What moved over the periods: averages of PSI and SHAP, ranks and shares. */

import type { DriftData, Reference } from "./data.ts";
import type { Drawing } from "./figure.ts";
import { type Line, lineChart, type Plot, tableOf } from "./lines.ts";
import { ALARM, type Reasons } from "./reasons.ts";
import { digits, percent } from "./words.ts";

export const NO_REASONS =
  "There are no SHAP values here. A monitoring with a get_shap() has them; " +
  "codex_jupyter.drift.shap_drift() makes them from two frames.";

/** Features that get a line each. */
const TOP = 7;

function mean(values: number[]): number {
  const known = values.filter((one) => !Number.isNaN(one));
  return known.reduce((sum, one) => sum + one, 0) / known.length;
}

function drawingOf(title: string, plot: Plot): Drawing {
  return { title, chart: () => lineChart(plot), table: () => tableOf(plot) };
}

/** PSI of the chosen column and its average over all, against the thresholds. */
export function psiTrend(
  data: DriftData,
  reference: Reference,
  column: number,
  place: number,
): Drawing {
  const labels = data.message.periods;
  const title = "PSI over time";
  if (!labels.length)
    return {
      title,
      chart: () =>
        "There are no periods: --period week --date-col COLUMN compares by period.",
      table: () => ({ head: ["period"], rows: [] }),
    };
  const all = data.columns.map((_, at) => at);
  const binned = data.columns[column];
  const lines: Line[] = [
    {
      name: binned?.name ?? "",
      values: labels.map((_, at) => data.psi(column, reference, at)),
    },
    {
      name: "average of the columns",
      values: labels.map((_, at) =>
        mean(all.map((one) => data.psi(one, reference, at))),
      ),
    },
  ];
  if (data.reasons)
    lines.push({ name: "average by SHAP share", values: weighted(data, reference) });
  lines.push({
    name: "noise floor (average)",
    values: labels.map((_, at) =>
      mean(all.map((one) => data.floor(one, reference, at))),
    ),
  });
  return drawingOf(title, {
    name: `PSI by period against ${data.nameOf(reference, data.whole)}`,
    labels,
    lines,
    thresholds: binned
      ? [
          { value: binned.moderate, name: `moderate from ${binned.moderate}` },
          {
            value: binned.significant,
            name: `significant above ${binned.significant}`,
          },
        ]
      : [],
    now: place === data.whole ? -1 : place,
    rooted: true,
    text: (value) => digits(value, value && value < 0.01 ? 3 : 2),
  });
}

/** The mean PSI with each column's training share of |SHAP| as its weight. */
function weighted(data: DriftData, reference: Reference): number[] {
  const reasons = data.reasons as Reasons;
  const weights = data.columns.map(({ name }) => {
    const feature = reasons.features.indexOf(name);
    return feature < 0 ? 0 : reasons.share(feature, 0);
  });
  return data.message.periods.map((_, place) => {
    let [sum, total] = [0, 0];
    for (const [column, weight] of weights.entries()) {
      const psi = data.psi(column, reference, place);
      if (Number.isNaN(psi)) continue;
      sum += psi * weight;
      total += weight;
    }
    return sum / total;
  });
}

function ofReasons(
  data: DriftData,
  title: string,
  make: (reasons: Reasons, now: number) => Plot,
  place: number,
): Drawing {
  const { reasons } = data;
  if (!reasons)
    return {
      title,
      chart: () => NO_REASONS,
      table: () => ({ head: ["period"], rows: [] }),
    };
  return drawingOf(title, make(reasons, reasons.rowOf(data.places[place] ?? "")));
}

/** How well the live ranking keeps training's, and the SHAP values' own drift. */
export function reasonsTrend(data: DriftData, place: number): Drawing {
  return ofReasons(
    data,
    "SHAP over time",
    (reasons, now) => ({
      name: "nDCG of the SHAP ranks and average PSI of the SHAP values, by period",
      labels: reasons.labels.slice(1),
      lines: [
        {
          name: "nDCG of the ranks",
          values: reasons.ndcg.map((one) => one ?? Number.NaN),
        },
        {
          name: "average PSI of SHAP values",
          values: reasons.labels.slice(1).map((_, at) => reasons.psiAverage(at + 1)),
        },
        {
          name: "mean |SHAP|, of training's",
          values: reasons.labels
            .slice(1)
            .map((_, at) => reasons.meanAbsAverage(at + 1) / reasons.meanAbsAverage(0)),
        },
      ],
      thresholds: [{ value: ALARM, name: `nDCG alarm below ${ALARM}` }],
      now: now - 1,
      text: (value) => digits(value, 2),
    }),
    place,
  );
}

/** The features with the best places in any period, and the chosen column. */
function ranked(reasons: Reasons, chosen: string): number[] {
  const best = reasons.features.map((_, feature) =>
    Math.min(...reasons.labels.map((_label, row) => reasons.rank(feature, row))),
  );
  const order = best.map((_, feature) => feature);
  order.sort((a, b) => (best[a] as number) - (best[b] as number) || a - b);
  const top = order.slice(0, TOP);
  const mine = reasons.features.indexOf(chosen);
  if (mine >= 0 && !top.includes(mine)) top[top.length - 1] = mine;
  return top;
}

export function rankTrend(data: DriftData, chosen: string, place: number): Drawing {
  return ofReasons(
    data,
    "SHAP rank",
    (reasons, now) => ({
      name: "Rank of the features by mean |SHAP|, 1 on top",
      labels: reasons.labels,
      lines: ranked(reasons, chosen).map((feature) => ({
        name: reasons.features[feature] ?? "",
        values: reasons.labels.map((_, row) => reasons.rank(feature, row)),
      })),
      now,
      downwards: true,
      text: (value) => String(Math.round(value)),
    }),
    place,
  );
}

export function shareTrend(data: DriftData, chosen: string, place: number): Drawing {
  return ofReasons(
    data,
    "Share of |SHAP|",
    (reasons, now) => ({
      name: "Share of the features in all |SHAP|",
      labels: reasons.labels,
      lines: ranked(reasons, chosen).map((feature) => ({
        name: reasons.features[feature] ?? "",
        values: reasons.labels.map((_, row) => reasons.share(feature, row)),
      })),
      now,
      text: percent,
    }),
    place,
  );
}
