/** What charts in SVG are made of. */

import { decimal } from "./words.ts";

const SPACE = "http://www.w3.org/2000/svg";

/** Round values that cover a range, about `count` of them. */
export function ticks(low: number, high: number, count = 5): number[] {
  const raw = (high - low) / count;
  if (!(raw > 0) || !Number.isFinite(raw)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((digit) => digit * power >= raw) ?? 10) * power;
  const made: number[] = [];
  for (let at = Math.ceil(low / step); at * step <= high + step / 1e6; at++)
    made.push(at * step);
  return made;
}

export function short(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4))
    return decimal(value.toExponential(1));
  return decimal(String(Number(value.toPrecision(4))));
}

/** Smallest and largest; 0 to 1 where there is nothing. */
export function extent(values: number[]): [number, number] {
  if (!values.length) return [0, 1];
  return [Math.min(...values), Math.max(...values)];
}

export function words(
  text: string,
  attributes: Record<string, string | number>,
): Element {
  const element = draw("text", { class: "cx-tick", ...attributes });
  element.textContent = text;
  return element;
}

export function draw(
  name: string,
  attributes: Record<string, string | number>,
): SVGElement {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes))
    element.setAttribute(key, String(value));
  return element;
}
