/** How long ago something was, in a few characters. */

import { t } from "./words.ts";

const UNITS: [number, (n: number) => string][] = [
  [86400, (n) => t("{n} d", { n })],
  [3600, (n) => t("{n} h", { n })],
  [60, (n) => t("{n} m", { n })],
];

/** @param moment seconds since 1970. */
export function age(moment: number, now = Date.now() / 1000): string {
  const seconds = Math.max(0, Math.floor(now - moment));
  const [size, text] = UNITS.find(([one]) => seconds >= one) ?? [1, inSeconds];
  return text(Math.floor(seconds / size));
}

function inSeconds(n: number): string {
  return t("{n} s", { n });
}
