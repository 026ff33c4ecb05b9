/** What moved over the periods: averages of PSI and SHAP, ranks and shares. */

import { t } from "../../words.ts";
import type { DriftData, Reference } from "./data.ts";
import type { Drawing } from "./figure.ts";
import { type Line, lineChart, type Plot, tableOf } from "./lines.ts";
import { ALARM, type Reasons } from "./reasons.ts";
import { digits, percent } from "./words.ts";

export const NO_REASONS = t(
  "There are no SHAP values here. A monitoring with a get_shap() has them; " +
    "codex_jupyter.drift.shap_drift() makes them from two frames.",
);

/** Features that get a line each. */
const TOP = 7;

function mean(values: number[]): number {
  const known = values.filter((one) => !Number.isNaN(one));
  return known.reduce((sum, one) => sum + one, 0) / known.length;
}

function drawingOf(title: string, data: DriftData, given: Plot): Drawing {
  const { places } = data;
  const gaps = new Set(places.filter((_, place) => data.isGap(place)));
  const plot = { ...given, gaps };
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
  const title = t("PSI over time");
  if (!labels.length)
    return {
      title,
      chart: () =>
        t("There are no periods: --period week --date-col COLUMN compares by period."),
      table: () => ({ head: [t("period")], rows: [] }),
    };
  const all = data.columns.map((_, at) => at);
  const binned = data.columns[column];
  const lines: Line[] = [
    {
      name: binned?.name ?? "",
      values: labels.map((_, at) => data.psi(column, reference, at)),
    },
    {
      name: t("average of the columns"),
      values: labels.map((_, at) =>
        mean(all.map((one) => data.psi(one, reference, at))),
      ),
    },
  ];
  if (data.reasons)
    lines.push({ name: t("average by SHAP share"), values: weighted(data, reference) });
  lines.push({
    name: t("noise floor (average)"),
    values: labels.map((_, at) =>
      mean(all.map((one) => data.floor(one, reference, at))),
    ),
  });
  return drawingOf(title, data, {
    name: t("PSI by period against {against}", {
      against: data.nameOf(reference, data.whole),
    }),
    labels,
    lines,
    thresholds: binned
      ? [
          {
            value: binned.moderate,
            name: t("moderate from {value}", { value: binned.moderate }),
          },
          {
            value: binned.significant,
            name: t("significant above {value}", { value: binned.significant }),
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
  make: (reasons: Reasons, labels: string[], rows: number[], now: number) => Plot,
  place: number,
): Drawing {
  const { reasons } = data;
  if (!reasons)
    return {
      title,
      chart: () => NO_REASONS,
      table: () => ({ head: [t("period")], rows: [] }),
    };
  const { labels, rows } = reasons.over(data.message.periods);
  const now = labels.indexOf(data.places[place] ?? "");
  return drawingOf(title, data, make(reasons, labels, rows, now));
}

/** How well the live ranking keeps training's, and the SHAP values' own drift. */
export function reasonsTrend(data: DriftData, place: number): Drawing {
  return ofReasons(
    data,
    t("SHAP over time"),
    (reasons, labels, rows, now) => ({
      name: t("nDCG of the SHAP ranks and average PSI of the SHAP values, by period"),
      labels,
      lines: [
        {
          name: t("nDCG of the ranks"),
          values: rows.map((row) => reasons.ndcg[row - 1] ?? Number.NaN),
        },
        {
          name: t("average PSI of SHAP values"),
          values: rows.map((row) => reasons.psiAverage(row)),
        },
        {
          name: t("mean |SHAP|, of training's"),
          values: rows.map(
            (row) => reasons.meanAbsAverage(row) / reasons.meanAbsAverage(0),
          ),
        },
      ],
      thresholds: [
        { value: ALARM, name: t("nDCG alarm below {value}", { value: ALARM }) },
      ],
      now,
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
    t("SHAP rank"),
    (reasons, labels, rows, now) => ({
      name: t("Rank of the features by mean |SHAP|, 1 on top"),
      labels: [t("training"), ...labels],
      lines: ranked(reasons, chosen).map((feature) => ({
        name: reasons.features[feature] ?? "",
        values: [0, ...rows].map((row) => reasons.rank(feature, row)),
      })),
      now: now + 1 || -1,
      downwards: true,
      text: (value) => String(Math.round(value)),
    }),
    place,
  );
}

export function shareTrend(data: DriftData, chosen: string, place: number): Drawing {
  return ofReasons(
    data,
    t("Share of |SHAP|"),
    (reasons, labels, rows, now) => ({
      name: t("Share of the features in all |SHAP|"),
      labels: [t("training"), ...labels],
      lines: ranked(reasons, chosen).map((feature) => ({
        name: reasons.features[feature] ?? "",
        values: [0, ...rows].map((row) => reasons.share(feature, row)),
      })),
      now: now + 1 || -1,
      text: percent,
    }),
    place,
  );
}
