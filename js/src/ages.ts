/** How long ago something was, in two or three characters. */

const UNITS: [number, string][] = [
  [86400, "d"],
  [3600, "h"],
  [60, "m"],
  [1, "s"],
];

/** @param moment seconds since 1970. */
export function age(moment: number, now = Date.now() / 1000): string {
  const seconds = Math.max(0, Math.floor(now - moment));
  const [size, unit] = UNITS.find(([one]) => seconds >= one) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${unit}`;
}
