/**
 * Texts for people, in the panel's language.
 *
 * The English text is the key: `t("{n} rows", { n })`. Other languages are tables in
 * `pt-BR.json` beside the code or in a folder above it. The kernel puts the table that
 * a panel needs before its heavy half, so that no panel carries a language that nobody
 * asked for, and texts never change under a living view.
 */

interface Words {
  language: string;
  texts: Record<string, string>;
}
declare const CX_WORDS: Words | undefined;

const words: Words =
  typeof CX_WORDS === "undefined" ? { language: "en", texts: {} } : CX_WORDS;

/** As the `lang` attribute takes it. */
export const LANGUAGE = words.language;

/** The person's own variant of that language, such as en-GB, where the browser says. */
export const LOCALE =
  navigator.languages.find((one) => one.slice(0, 2) === LANGUAGE.slice(0, 2)) ??
  LANGUAGE;

const MARK = (0.5).toLocaleString(LOCALE, { numberingSystem: "latn" }).charAt(1);

/**
 * A text in the panel's language.
 *
 * @param text literal English; scripts/words.py finds it by its quotes.
 * @param values for each `{name}` in it; a number is written as the language does.
 */
export function t(text: string, values: Record<string, string | number> = {}): string {
  const found = Object.hasOwn(words.texts, text) ? words.texts[text] : text;
  return (found ?? text).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : (value ?? whole);
  });
}

/** @param digits after the comma, exactly; without it at most three. */
export function number(value: number, digits?: number): string {
  const exactly = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString(LOCALE, digits === undefined ? {} : exactly);
}

/** A number's digits with the decimal mark of the language; thousands stay together. */
export function decimal(digits: string): string {
  return digits.replace(".", MARK);
}

/** The time of day. @param moment seconds since 1970. */
export function clock(moment: number): string {
  return new Date(moment * 1000).toLocaleTimeString(LOCALE);
}

/** Day and time. @param moment seconds since 1970. */
export function day(moment: number): string {
  return new Date(moment * 1000).toLocaleString(LOCALE);
}

/** A file's or folder's size. @param digits of mebibytes. */
export function bytes(count: number, digits = 0): string {
  if (count < 1 << 20) return `${number(count / 1024, digits)} KiB`;
  if (count < 1 << 30) return `${number(count / (1 << 20), digits)} MiB`;
  return `${number(count / (1 << 30), 1)} GiB`;
}
