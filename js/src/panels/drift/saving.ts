/** Files for the reader: tables as CSV, charts as PNG. */

import { h } from "../../dom.ts";
import { t } from "../../words.ts";

/** Hand a file to the browser's own download. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export type Cell = string | number;

/** Numbers in full, text quoted; a spreadsheet takes no text for a formula. */
export function csv(head: string[], rows: Cell[][]): Blob {
  const one = (cell: Cell): string => {
    if (typeof cell === "number") return Number.isNaN(cell) ? "" : String(cell);
    const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
    return `"${text.replaceAll('"', '""')}"`;
  };
  const lines = [head, ...rows].map((row) => row.map(one).join(","));
  return new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" });
}

const LOOKS = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "paint-order",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "transform",
  "transform-box",
  "transform-origin",
  "opacity",
];

/** An SVG as it looks now, twice as fine as on the screen. */
export async function picture(svg: SVGElement, background: string): Promise<Blob> {
  const copy = svg.cloneNode(true) as SVGElement;
  const [from, to] = [svg, copy].map((one) => [one, ...one.querySelectorAll("*")]);
  for (const [at, element] of (to as SVGElement[]).entries()) {
    const style = getComputedStyle((from as SVGElement[])[at] as Element);
    element.style.cssText = LOOKS.map(
      (name) => `${name}:${style.getPropertyValue(name)}`,
    ).join(";");
  }
  const { width, height } = svg.getBoundingClientRect();
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const text = new XMLSerializer().serializeToString(copy);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = h("canvas");
  [canvas.width, canvas.height] = [Math.ceil(2 * width), Math.ceil(2 * height)];
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.fillStyle = background;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return pngOf(canvas);
}

export function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((done, fail) => {
    canvas.toBlob((made) =>
      made ? done(made) : fail(new Error(t("The picture is too large."))),
    );
  });
}
