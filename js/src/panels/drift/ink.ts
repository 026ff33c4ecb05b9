/** What a canvas is painted with: the colours of the theme that applies now. */

import { LEVELS, type Level } from "./psi.ts";

export interface Ink {
  fg: string;
  dim: string;
  bg: string;
  accent: string;
  fill: Record<Level, string>;
  mark: Record<Level, string>;
  font: string;
}

export function inkOf(element: HTMLElement): Ink {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  const each = (part: string): Record<Level, string> =>
    Object.fromEntries(
      LEVELS.map((level) => [level, of(`--cx-${part}-${level}`)]),
    ) as Record<Level, string>;
  return {
    fg: style.color,
    dim: of("--cx-dim-ink"),
    bg: style.backgroundColor,
    accent: of("--cx-accent"),
    fill: each("fill"),
    mark: each("mark"),
    font: style.fontFamily,
  };
}

/** Where there are no records. */
export function hatch(
  pen: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  pen.beginPath();
  for (let at = -height; at < width; at += 6) {
    pen.moveTo(x + at, y + height);
    pen.lineTo(x + at + height, y);
  }
  pen.strokeStyle = colour;
  pen.globalAlpha = 0.45;
  pen.lineWidth = 1;
  pen.stroke();
  pen.restore();
}
