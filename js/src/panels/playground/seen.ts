/** What the values of a field were like before, in words. */

import { short } from "../../drawing.ts";
import type { Field, Seen } from "../../messages.ts";
import { t } from "../../words.ts";

/** What most values were, for a field whose value is among them. */
export function usual({ ends, usual: shares }: Seen): string {
  const [low, high] = ends;
  if (low === undefined || high === undefined) return "";
  const [first, last] = [shares[0], shares.at(-1)];
  if (first === undefined || last === undefined) return between(low, high);
  const all = between(rounded(low), rounded(high));
  return first === low && last === high
    ? all
    : t("{all}, mostly {most}", { all, most: between(rounded(first), rounded(last)) });
}

function between(low: string, high: string): string {
  return t("{low} to {high}", { low, high });
}

/** How a value differs from all that were seen; "" where it does not. */
export function beyond(field: Field, seen: Seen, text: string): string {
  const where = seen.source === "training" ? t("in training") : t("in production");
  if (text === "null") return "";
  if (field.kind === "choice")
    return field.choices.includes(text) ? "" : t("not among those {where}", { where });
  const [low, high] = seen.ends;
  if (low === undefined || high === undefined) return "";
  if (field.kind === "number") {
    const value = Number(text);
    if (value < Number(low))
      return t("below {low}, the lowest {where}", { low: rounded(low), where });
    return value > Number(high)
      ? t("above {high}, the highest {where}", { high: rounded(high), where })
      : "";
  }
  const day = JSON.parse(text) as string;
  if (day < low) return t("before {low}, the first {where}", { low, where });
  return day > high ? t("after {high}, the last {where}", { high, where }) : "";
}

/** Where the ranges of a form come from, in one sentence. */
export function sources(fields: Field[]): string {
  const most = new Map<string, number>();
  for (const { seen } of fields)
    if (seen) most.set(seen.source, Math.max(seen.count, most.get(seen.source) ?? 0));
  const numbers = fields.filter((one) => one.kind === "number" && one.low !== null);
  const guessed = numbers.filter((one) => !one.seen).length;
  if (!most.size) return numbers.length ? t("Ranges are guesses from the sample.") : "";
  const parts = [...most].map(([source, count]) =>
    source === "training"
      ? t("the training ({count} rows)", { count })
      : t("values seen in the newest {count} production records", { count }),
  );
  const from = parts.join(t(" and "));
  return guessed
    ? t("Ranges are from {from}; {guessed} guessed from the sample.", { from, guessed })
    : t("Ranges are from {from}.", { from });
}

function rounded(text: string): string {
  return short(Number(text));
}
