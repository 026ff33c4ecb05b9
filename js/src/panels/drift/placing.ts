/** Where a word stands in a chart so that it hides the least. */

export interface Spot {
  x: number;
  y: number;
  anchor: "start" | "middle" | "end";
}

type Point = [x: number, y: number];

/** Units of a letter, and of a text's height, at the size of a chart's words. */
const [LETTER, HIGH] = [5.8, 11];
/** Points that are looked at on each piece of a line. */
const FINE = 12;

/** Points along a line, with its gaps, close enough to each other to be met by a word. */
export function along(points: Point[]): Point[] {
  const made: Point[] = [];
  for (const [at, [x, y]] of points.entries()) {
    if (!Number.isFinite(y)) continue;
    made.push([x, y]);
    const [x2, y2] = points[at + 1] ?? [Number.NaN, Number.NaN];
    for (let part = 1; part < FINE && Number.isFinite(y2); part++)
      made.push([x + ((x2 - x) * part) / FINE, y + ((y2 - y) * part) / FINE]);
  }
  return made;
}

/**
 * The first of the spots at which the word covers the fewest points.
 *
 * @param taken points of what is drawn, and of words that have their place already.
 */
export function placed(word: string, spots: Spot[], taken: Point[]): Spot {
  const covered = (spot: Spot): number => {
    const box = boxOf(word, spot);
    return taken.filter(
      ([x, y]) => x > box.left && x < box.right && y > box.top && y < box.bottom,
    ).length;
  };
  const counts = spots.map(covered);
  return spots[counts.indexOf(Math.min(...counts))] as Spot;
}

/** Points all over a word that has its place, for those that come after it. */
export function inside(word: string, spot: Spot): Point[] {
  const { left, right, top, bottom } = boxOf(word, spot);
  const made: Point[] = [];
  for (let x = left + 2; x < right; x += LETTER)
    for (const y of [top + 2, (top + bottom) / 2, bottom - 2]) made.push([x, y]);
  return made;
}

function boxOf(word: string, { x, y, anchor }: Spot) {
  const wide = word.length * LETTER;
  const left = anchor === "start" ? x : anchor === "end" ? x - wide : x - wide / 2;
  return { left, right: left + wide, top: y - HIGH + 1, bottom: y + 3 };
}
