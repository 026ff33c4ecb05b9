/** The streaming log: follow, filter by level, search; bounded. */

import type { Bridge } from "../bridge.ts";
import { h, setText } from "../dom.ts";
import type { Row, ToPage } from "../messages.ts";
import { t } from "../words.ts";

/** Rows kept in the page; the kernel keeps as many. */
export const MAX_ROWS = 5000;

const LEVELS: Record<string, readonly string[]> = {
  all: [],
  warnings: ["Warning", "Error"],
  errors: ["Error"],
};
const CHOICES: [string, string][] = [
  ["all", t("All lines")],
  ["warnings", t("Warnings and errors")],
  ["errors", t("Errors only")],
];

/** Levels as the wire names them; what went well needs no word. */
const WORDS: Record<string, string> = {
  Ok: "",
  Debug: t("Debug"),
  Warning: t("Warning"),
  Error: t("Error"),
};

export class Log {
  readonly bar: HTMLElement;
  readonly list: HTMLElement;
  /** Index of the next row that the kernel will send. */
  next = 0;
  readonly #rows: { row: Row; element: HTMLElement }[] = [];
  readonly #level: HTMLSelectElement;
  readonly #search: HTMLInputElement;
  readonly #follow: HTMLInputElement;
  readonly #count = h("span", { class: "cx-count" });
  readonly #empty = h("p", { class: "cx-empty" }, t("No log lines."));
  #shown = 0;

  constructor() {
    const refilter = (): void => this.#filter();
    this.#level = h(
      "select",
      { class: "cx-field", "aria-label": t("Lines to show"), onchange: refilter },
      ...CHOICES.map(([value, word]) => h("option", { value }, word)),
    );
    this.#search = h("input", {
      class: "cx-field cx-search",
      type: "search",
      placeholder: t("Search the log"),
      "aria-label": t("Search the log"),
      oninput: refilter,
    });
    this.#follow = h("input", {
      type: "checkbox",
      checked: true,
      onchange: () => this.#toEnd(),
    });
    this.bar = h(
      "div",
      { class: "cx-log-bar" },
      h("h3", { class: "cx-log-title" }, "Log"),
      this.#level,
      this.#search,
      h("label", { class: "cx-follow" }, this.#follow, t("Follow")),
      h("span", { class: "cx-push" }),
      this.#count,
    );
    this.list = h("div", {
      class: "cx-log",
      tabindex: "0",
      role: "region",
      "aria-label": t("Log lines"),
      onscroll: () => this.#scrolled(),
    });
    this.list.append(this.#empty);
    this.#counted();
  }

  /** Take the rows that the kernel sends; where some are missing, ask for all again. */
  follow(bridge: Bridge): void {
    bridge.on("rows", (part) => {
      if (!this.#add(part)) bridge.ask("hello", {}).catch(() => {});
    });
  }

  /** Append rows; those that are here already are skipped. False when some are missing. */
  #add({ oldest, first, rows }: ToPage["rows"]): boolean {
    if (first > Math.max(this.next, oldest)) return false;
    const fresh = rows.slice(Math.max(0, this.next - first));
    this.next = Math.max(this.next, first + rows.length);
    const part = document.createDocumentFragment();
    for (const row of fresh) {
      const element = draw(row);
      element.hidden = !this.#matches(row);
      if (!element.hidden) this.#shown++;
      this.#rows.push({ row, element });
      part.append(element);
    }
    this.list.append(part);
    for (const { element } of this.#rows.splice(0, this.#rows.length - MAX_ROWS)) {
      if (!element.hidden) this.#shown--;
      element.remove();
    }
    this.#counted();
    this.#toEnd();
    return true;
  }

  /** Forget every row: another deployment begins. */
  clear(): void {
    for (const { element } of this.#rows.splice(0)) element.remove();
    this.#shown = this.next = 0;
    this.#follow.checked = true;
    this.#counted();
  }

  #matches(row: Row): boolean {
    const levels = LEVELS[this.#level.value] ?? [];
    if (levels.length && !levels.includes(row.level)) return false;
    const wanted = this.#search.value.trim().toLocaleLowerCase();
    return !wanted || row.text.toLocaleLowerCase().includes(wanted);
  }

  #filter(): void {
    this.#shown = 0;
    for (const { row, element } of this.#rows) {
      element.hidden = !this.#matches(row);
      if (!element.hidden) this.#shown++;
    }
    this.#counted();
    this.#toEnd();
  }

  #counted(): void {
    const all = this.#rows.length;
    const [shown, one] = [this.#shown, all === 1];
    setText(
      this.#count,
      shown === all
        ? one
          ? t("1 line")
          : t("{all} lines", { all })
        : one
          ? t("{shown} of 1 line", { shown })
          : t("{shown} of {all} lines", { shown, all }),
    );
    this.#empty.hidden = this.#shown > 0;
    setText(this.#empty, all ? t("No line matches.") : t("No log lines."));
  }

  #toEnd(): void {
    if (this.#follow.checked) this.list.scrollTop = this.list.scrollHeight;
  }

  /** Scrolling up means reading: stop following; back at the end, follow again. */
  #scrolled(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.list;
    this.#follow.checked = scrollTop + clientHeight >= scrollHeight - 4;
  }
}

function draw({ time, level, text }: Row): HTMLElement {
  return h(
    "div",
    { class: `cx-row cx-level-${level.toLowerCase().replace(/[^a-z]/g, "")}` },
    h("span", { class: "cx-row-time" }, time),
    h("span", { class: "cx-row-level" }, WORDS[level] ?? level),
    h("span", { class: "cx-row-text", dir: "auto" }, text),
  );
}
