/** What the values of a field were like before, in words. */

import { short } from "../../drawing.ts";
import type { Field, Seen } from "../../messages.ts";

/** What most values were, for a field whose value is among them. */
export function usual({ ends, usual: shares }: Seen): string {
  const [low, high] = ends;
  if (low === undefined || high === undefined) return "";
  const [first, last] = [shares[0], shares.at(-1)];
  if (first === undefined || last === undefined) return `${low} to ${high}`;
  const all = `${rounded(low)} to ${rounded(high)}`;
  return first === low && last === high
    ? all
    : `${all}, mostly ${rounded(first)} to ${rounded(last)}`;
}

/** How a value differs from all that were seen; "" where it does not. */
export function beyond(field: Field, seen: Seen, text: string): string {
  const where = seen.source === "training" ? "in training" : "in production";
  if (text === "null") return "";
  if (field.kind === "choice")
    return field.choices.includes(text) ? "" : `not among those ${where}`;
  const [low, high] = seen.ends;
  if (low === undefined || high === undefined) return "";
  if (field.kind === "number") {
    const value = Number(text);
    if (value < Number(low)) return `below ${rounded(low)}, the lowest ${where}`;
    return value > Number(high) ? `above ${rounded(high)}, the highest ${where}` : "";
  }
  const day = JSON.parse(text) as string;
  if (day < low) return `before ${low}, the first ${where}`;
  return day > high ? `after ${high}, the last ${where}` : "";
}

/** Where the ranges of a form come from, in one sentence. */
export function sources(fields: Field[]): string {
  const most = new Map<string, number>();
  for (const { seen } of fields)
    if (seen) most.set(seen.source, Math.max(seen.count, most.get(seen.source) ?? 0));
  const numbers = fields.filter((one) => one.kind === "number" && one.low !== null);
  const guessed = numbers.filter((one) => !one.seen).length;
  if (!most.size) return numbers.length ? "Ranges are guesses from the sample." : "";
  const parts = [...most].map(([source, count]) =>
    source === "training"
      ? `the training (${count.toLocaleString()} rows)`
      : `values seen in the newest ${count.toLocaleString()} production records`,
  );
  const rest = guessed ? `; ${guessed} guessed from the sample` : "";
  return `Ranges are from ${parts.join(" and ")}${rest}.`;
}

function rounded(text: string): string {
  return short(Number(text));
}
