/** The rows of one page: moved through with the arrow keys, opened with Enter. */

import { age } from "../../ages.ts";
import { h, icon } from "../../dom.ts";
import { ICONS } from "../../icons.ts";
import type { Listed } from "../../messages.ts";
import { lookOf } from "../../states.ts";
import { t } from "../../words.ts";

/** The kinds by the names that the kernel knows, with their words. */
export const KINDS: [string, string][] = [
  ["model", t("model")],
  ["script", t("script")],
  ["training", t("training")],
  ["monitoring", t("monitoring")],
];
const WORDS = new Map(KINDS);

const HEADS: [string, string][] = [
  ["number", t("No.")],
  ["kind", t("Kind")],
  ["name", t("Name")],
  ["state", t("State")],
  ["age", t("Age")],
  ["took", t("Took")],
  ["given", t("Input")],
  ["made", t("Result")],
];

export class Rows {
  readonly element: HTMLElement;
  readonly #body = h("tbody");
  readonly #turn: (by: number) => void;
  readonly #open: (row: Listed) => void;
  #rows: Listed[] = [];
  #current = 0;

  /** @param turn called where the keys leave the page. */
  constructor(open: (row: Listed) => void, turn: (by: number) => void) {
    this.#open = open;
    this.#turn = turn;
    const head = HEADS.map(([key, word]) =>
      h("th", { scope: "col", class: `cx-of-${key}` }, word),
    );
    this.element = h(
      "div",
      { class: "cx-listing", onkeydown: (event) => this.#key(event as KeyboardEvent) },
      h(
        "table",
        {},
        h("caption", { class: "cx-unseen" }, t("Executions. Enter opens one.")),
        h("thead", {}, h("tr", {}, ...head)),
        this.#body,
      ),
    );
  }

  show(rows: Listed[]): void {
    const focused = this.#focused();
    this.#rows = rows;
    if (!rows.some((row) => row.number === this.#current))
      this.#current = rows[0]?.number ?? 0;
    this.#body.replaceChildren(...rows.map((row) => this.#row(row)));
    // Another page takes the focus along; elsewhere it stays where it is.
    if (focused) this.focus();
  }

  /** To the row that was opened, or the first. */
  focus(): void {
    this.#button(this.#current)?.focus({ preventScroll: true });
  }

  #row(row: Listed): HTMLElement {
    const look = lookOf(row.state);
    const button = h(
      "button",
      {
        class: "cx-number",
        type: "button",
        "aria-label": t("Open execution {number}", { number: String(row.number) }),
        tabindex: row.number === this.#current ? "0" : "-1",
        onclick: () => {
          this.#current = row.number;
          this.#open(row);
        },
      },
      String(row.number),
    );
    button.dataset.number = String(row.number);
    const state = h(
      "span",
      { class: `cx-state cx-${look.tone}` },
      icon(ICONS[look.icon], look.icon),
      look.word,
    );
    return h(
      "tr",
      {},
      h("td", { class: "cx-of-number" }, button),
      h("td", { class: "cx-of-kind" }, WORDS.get(row.what) ?? row.what),
      cell("name", row.name, row.group && t("group {group}", { group: row.group })),
      h("td", { class: "cx-of-state" }, state),
      h("td", { class: "cx-of-age" }, row.asked === null ? "" : age(row.asked)),
      h("td", { class: "cx-of-took" }, row.took),
      cell("given", row.given),
      cell("made", row.made),
    );
  }

  #key(event: KeyboardEvent): void {
    const at = this.#rows.findIndex((row) => row.number === this.#focused());
    if (at < 0) return;
    const { key } = event;
    if (key === "PageDown" || key === "PageUp") {
      event.preventDefault();
      this.#turn(key === "PageDown" ? 1 : -1);
      return;
    }
    const last = this.#rows.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[key];
    if (to === undefined) return;
    event.preventDefault();
    const next = this.#rows[Math.min(last, Math.max(0, to))];
    if (!next) return;
    this.#button(this.#current)?.setAttribute("tabindex", "-1");
    this.#current = next.number;
    this.#button(this.#current)?.setAttribute("tabindex", "0");
    this.#button(this.#current)?.focus();
  }

  #focused(): number {
    const active = (this.#body.getRootNode() as ShadowRoot).activeElement;
    return Number((active as HTMLElement | null)?.dataset?.number ?? 0);
  }

  #button(number: number): HTMLElement | null {
    return this.#body.querySelector(`[data-number="${number}"]`);
  }
}

function cell(key: string, text: string, title = text): HTMLElement {
  return h("td", { class: `cx-cell cx-of-${key}`, dir: "auto", title }, text);
}
