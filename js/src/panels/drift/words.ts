/** What happened, in plain words: the verdict comes before every chart. */

import { h } from "../../dom.ts";
import { decimal, t } from "../../words.ts";
import type { DriftData, Reference } from "./data.ts";
import { LEVELS, type Level, rowsOf, SMALL } from "./psi.ts";
import { ALARM } from "./reasons.ts";

const WORTH_SAYING = 0.01;
export const WORDS: Record<Level, string> = {
  empty: t("nothing to compare"),
  noise: t("within sampling noise"),
  stable: t("stable"),
  moderate: t("moderate"),
  significant: t("significant"),
};

export function percent(share: number): string {
  if (Number.isNaN(share)) return "–";
  const value = 100 * share;
  const text = value >= 1 || value === 0 ? value.toFixed(0) : value.toPrecision(1);
  // 99.7 % is not all of them.
  return `${text === "100" && share < 1 ? "99" : decimal(text)} %`;
}

/** A name within a sentence, as the kernel's own sentences have it. */
function called(name: string): string {
  return `\`${name}\``;
}

/** A sentence with the names in it set apart. */
export function spoken(text: string): Node[] {
  return text
    .split("`")
    .map((part, at) =>
      at % 2 ? h("code", { dir: "auto" }, part) : document.createTextNode(part),
    );
}

export function digits(value: number, most = 3): string {
  return Number.isNaN(value) ? "–" : decimal(value.toFixed(most));
}

/** The verdict of a column, with the sample's size where that decides it. */
export function verdict(level: Level, rows: number): string {
  return level === "noise" ? `${WORDS.noise} (n=${rows})` : WORDS[level];
}

export interface Verdict {
  worst: Level;
  badge: string;
  headline: string;
  told: string[];
}

export function columnsOf(n: number): string {
  return n === 1 ? t("1 column") : t("{n} columns", { n });
}

function drifted(n: number, level: "significant" | "moderate"): string {
  if (level === "moderate")
    return n === 1
      ? t("1 column drifted moderately")
      : t("{n} columns drifted moderately", { n });
  return n === 1
    ? t("1 column drifted significantly")
    : t("{n} columns drifted significantly", { n });
}

/** The verdict of one place against a reference, the most drifted column first. */
export function verdictOf(
  data: DriftData,
  reference: Reference,
  place: number,
): Verdict {
  const counts = new Map<Level, number>(LEVELS.map((level) => [level, 0]));
  const ranked = data.columns.map((_, column) => column);
  for (const column of ranked) {
    const level = data.level(column, reference, place);
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  const psi = (column: number): number => data.psi(column, reference, place) || 0;
  ranked.sort((a, b) => psi(b) - psi(a));
  const of = (level: Level): number => counts.get(level) ?? 0;
  const worst =
    (["significant", "moderate", "stable", "noise"] as Level[]).find(of) ?? "empty";
  const against = data.nameOf(reference, place);
  const whole = place === data.whole;
  const where = whole ? t("All rows") : (data.places[place] ?? "");
  const told: string[] = [];
  if (of("significant")) told.push(drifted(of("significant"), "significant"));
  if (of("moderate"))
    told.push(
      told.length
        ? t("{n} moderately", { n: of("moderate") })
        : drifted(of("moderate"), "moderate"),
    );
  let said = told.join(", ");
  if (data.columns.length && data.isGap(place))
    return {
      worst: "empty",
      badge: t("no records"),
      headline: t("{where}: there are no records in this period.", { where }),
      told: [],
    };
  if (!data.columns.length) said = t("there is no column to compare");
  else if (worst === "empty") said = t("there is nothing to compare");
  else if (!said) said = t("no column drifted");
  const values = { where, against, said, all: columnsOf(data.columns.length) };
  const headline =
    worst === "empty"
      ? t("{where} against {against}: {said}.", values)
      : t("{where} against {against}: {said} (of {all}).", values);
  return {
    worst,
    badge: {
      empty: t("nothing to compare"),
      noise: t("no drift"),
      stable: t("no drift"),
      moderate: t("moderate drift"),
      significant: t("significant drift"),
    }[worst],
    headline,
    told: [
      ...ofReasons(data, place),
      ...ranked
        .slice(0, 200)
        .flatMap((column) => ofColumn(data, reference, place, column)),
      ...ofData(data, place),
    ],
  };
}

function ofColumn(
  data: DriftData,
  reference: Reference,
  place: number,
  column: number,
): string[] {
  const binned = data.columns[column];
  const before = data.referenceCounts(column, reference, place);
  const found = data.found(column, reference, place);
  if (!binned || !before || !found) return [];
  const now = data.counts(column, place);
  const [left, right] = [rowsOf(before), rowsOf(now)];
  if (!left || !right) return [];
  const against = data.nameOf(reference, place);
  const name = called(binned.name);
  const size = now.length;
  const told: string[] = [];
  const share = (counts: ArrayLike<number>, at: number, rows: number): number =>
    (counts[at] as number) / rows;
  const missing = [share(before, size - 2, left), share(now, size - 2, right)] as const;
  if (Math.abs(missing[1] - missing[0]) >= WORTH_SAYING) {
    const [old, now] = [percent(missing[0]), percent(missing[1])];
    if (!missing[0]) told.push(t("{now} of {name} became missing.", { now, name }));
    else if (!missing[1])
      told.push(t("{name} is complete now; {old} was missing.", { name, old }));
    else
      told.push(
        missing[1] > missing[0]
          ? t("The missing share of {name} rose to {now} ({old} in {against}).", {
              ...{ name, now, old, against },
            })
          : t("The missing share of {name} fell to {now} ({old} in {against}).", {
              ...{ name, now, old, against },
            }),
      );
  }
  const unseen = share(now, size - 1, right);
  if (unseen && reference === "training") {
    const named = binned.examples.map((one) => `'${one}'`).join(", ");
    const values = { share: percent(unseen), name, against, named };
    told.push(
      named
        ? t(
            "{share} of {name} are values that {against} lacks, such as {named}.",
            values,
          )
        : t("{share} of {name} are values that {against} lacks.", values),
    );
  }
  const level = data.level(column, reference, place);
  if (level !== "moderate" && level !== "significant") return told;
  let worst = -1;
  for (let at = 0; at < size - 2; at++)
    if (worst < 0 || (found.parts[at] ?? 0) > (found.parts[worst] ?? 0)) worst = at;
  const part = found.parts[worst] ?? 0;
  if (worst < 0 || part <= 0 || part < found.psi / 10) return told;
  const shares = sharesOf(before, now, found.used);
  const [a, b] = [shares[0][worst] ?? 0, shares[1][worst] ?? 0];
  const values = {
    name,
    level: WORDS[level],
    psi: digits(found.psi, 2),
    bin: binned.labels[worst] ?? "",
    from: percent(a),
    to: percent(b),
  };
  told.push(
    b > a
      ? t(
          "{name} drifted ({level}, PSI {psi}): {bin} grew from {from} to {to}.",
          values,
        )
      : t(
          "{name} drifted ({level}, PSI {psi}): {bin} shrank from {from} to {to}.",
          values,
        ),
  );
  return told;
}

/** Shares of both sides over the bins that take part. */
export function sharesOf(
  before: ArrayLike<number>,
  now: ArrayLike<number>,
  used: Uint8Array,
): [number[], number[]] {
  const one = (counts: ArrayLike<number>): number[] => {
    let sum = 0;
    for (let at = 0; at < counts.length; at++)
      if (used[at]) sum += counts[at] as number;
    return Array.from(counts, (count, at) =>
      used[at] && sum ? count / sum : Number.NaN,
    );
  };
  return [one(before), one(now)];
}

function ofReasons(data: DriftData, place: number): string[] {
  const { reasons } = data;
  const row = reasons?.rowOf(data.places[place] ?? "") ?? -1;
  if (!reasons || row < 1) return [];
  const label = data.places[place] ?? "";
  const score = reasons.ndcg[row - 1] ?? 1;
  const told: string[] = [];
  if (score < ALARM) {
    let most = 0;
    const moved = (feature: number): number =>
      Math.abs(reasons.rank(feature, row) - reasons.rank(feature, 0));
    for (let at = 1; at < reasons.features.length; at++)
      if (moved(at) > moved(most)) most = at;
    told.push(
      t(
        "In {label} the model ranks its features differently than in training (nDCG " +
          "{score}): {name} went from place {from} to {to}.",
        {
          label,
          score: digits(score, 2),
          name: called(reasons.features[most] ?? ""),
          from: reasons.rank(most, 0),
          to: reasons.rank(most, row),
        },
      ),
    );
  }
  for (const [at, name] of reasons.features.entries())
    if (reasons.flipped(at, row) && reasons.share(at, row) >= 0.05)
      told.push(
        t("In {label} {name} pushes predictions the other way than in training.", {
          label,
          name: called(name),
        }),
      );
  return told;
}

function ofData(data: DriftData, place: number): string[] {
  const { message } = data;
  const told: string[] = [];
  for (const name of message.only_reference.slice(0, 5))
    told.push(t("{name} is not in the current data.", { name: called(name) }));
  if (message.only_reference.length > 5)
    told.push(
      t("{n} more columns are not there.", { n: message.only_reference.length - 5 }),
    );
  if (message.undated && place === data.whole)
    told.push(t("{n} rows have no date and are in no period.", { n: message.undated }));
  return told;
}

/** A warning about small samples, or "". */
export function smallness(
  data: DriftData,
  reference: Reference,
  place: number,
): string {
  const sides: [string, number][] = [
    [
      place === data.whole ? t("The current data") : (data.places[place] ?? ""),
      data.rows(place),
    ],
  ];
  const before = data.before(place);
  if (reference === "previous" && before >= 0 && place !== data.whole)
    sides.push([data.places[before] ?? "", data.rows(before)]);
  if (typeof reference === "number")
    sides.push([data.places[reference] ?? "", data.rows(reference)]);
  const small = sides.filter(([, rows]) => rows && rows < SMALL);
  if (!small.length) return "";
  const named = small.map(([name, n]) =>
    n === 1 ? t("{name} has 1 row", { name }) : t("{name} has {n} rows", { name, n }),
  );
  return t(
    "{sides}: below {few} rows PSI is large by chance alone, so compare it with the " +
      "noise floor.",
    { sides: named.join(t(" and ")), few: SMALL },
  );
}
