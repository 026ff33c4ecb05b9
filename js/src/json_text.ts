/**
 * JSON as its reader wrote it.
 *
 * A browser's own parser turns 1.0 into 1 and rounds long numbers; here every value
 * stays the text that it is, and a mistake is told with its line.
 */

export interface Member {
  name: string;
  /** The value's JSON text, as written. */
  text: string;
}

/** `members` is null where the text is valid and no object. */
export type Parsed =
  | { ok: true; members: Member[] | null }
  | { ok: false; problem: string };

const DEPTH = 200;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\w$.+-]+/y;
const PLAIN = ["true", "false", "null"];

class Mistake extends Error {}

/** Check a text, and take an object apart. */
export function parse(text: string): Parsed {
  const reader = new Reader(text);
  try {
    return { ok: true, members: reader.document() };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    const before = text.slice(0, reader.at).split("\n");
    return { ok: false, problem: `Line ${before.length}: ${error.message}` };
  }
}

/** An object's text, one member a line. */
export function write(members: Member[]): string {
  if (!members.length) return "{}";
  const lines = members.map(({ name, text }) => `  ${JSON.stringify(name)}: ${text}`);
  return `{\n${lines.join(",\n")}\n}`;
}

/** A valid value on one line. */
export function oneLine(text: string): string {
  try {
    return text.includes("\n") ? JSON.stringify(JSON.parse(text)) : text;
  } catch {
    return text;
  }
}

class Reader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Member[] | null {
    this.#blanks();
    if (this.at === this.#text.length) throw new Mistake("there is nothing yet");
    const members = this.#value(0);
    this.#blanks();
    if (this.at < this.#text.length)
      throw new Mistake("something follows after the end");
    return members;
  }

  #blanks(): void {
    while (" \t\n\r".includes(this.#text[this.at] ?? "x")) this.at++;
  }

  #value(depth: number): Member[] | null {
    if (depth > DEPTH) throw new Mistake("it is nested too deeply");
    const first = this.#text[this.at];
    if (first === "{") return this.#object(depth);
    if (first === "[") this.#array(depth);
    else if (first === '"') this.#string();
    else this.#plain();
    return null;
  }

  #object(depth: number): Member[] {
    const members: Member[] = [];
    const names = new Set<string>();
    this.at++;
    this.#blanks();
    if (this.#take("}")) return members;
    for (;;) {
      this.#blanks();
      const start = this.at;
      if (this.#text[this.at] !== '"')
        throw new Mistake("a name in double quotes is expected");
      this.#string();
      const name = JSON.parse(this.#text.slice(start, this.at)) as string;
      if (names.has(name)) throw new Mistake(`"${name}" is there twice`);
      names.add(name);
      this.#blanks();
      if (!this.#take(":")) throw new Mistake(`a colon is missing after "${name}"`);
      this.#blanks();
      const begin = this.at;
      this.#value(depth + 1);
      members.push({ name, text: this.#text.slice(begin, this.at) });
      this.#blanks();
      if (this.#take("}")) return members;
      if (!this.#take(","))
        throw new Mistake(`a comma or } is missing after "${name}"`);
    }
  }

  #array(depth: number): void {
    this.at++;
    this.#blanks();
    if (this.#take("]")) return;
    for (;;) {
      this.#blanks();
      this.#value(depth + 1);
      this.#blanks();
      if (this.#take("]")) return;
      if (!this.#take(",")) throw new Mistake("a comma or ] is missing in a list");
    }
  }

  #string(): void {
    const start = this.at++;
    for (;;) {
      const char = this.#text[this.at];
      if (char === undefined || char === "\n")
        throw new Mistake("a text is not closed by a double quote");
      this.at++;
      if (char === "\\") this.at++;
      if (char === '"') break;
    }
    try {
      JSON.parse(this.#text.slice(start, this.at));
    } catch {
      throw new Mistake("a text holds a character that needs a backslash");
    }
  }

  #plain(): void {
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.#text)?.[0] ?? "";
    NUMBER.lastIndex = this.at;
    const number = NUMBER.exec(this.#text)?.[0] ?? "";
    if (!word || (number !== word && !PLAIN.includes(word)))
      throw new Mistake(
        word ? `${word.slice(0, 40)} is not a JSON value` : "a value is missing",
      );
    this.at += word.length;
  }

  #take(char: string): boolean {
    if (this.#text[this.at] !== char) return false;
    this.at++;
    return true;
  }
}
