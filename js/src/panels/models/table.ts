/** The rows as a table: sorted, a page at a time, moved through with the arrow keys. */

import { h, setText } from "../../dom.ts";
import type { Model } from "../../messages.ts";
import { t } from "../../words.ts";
import { COLUMNS, cells, compare, type Key } from "./columns.ts";
import { details } from "./details.ts";

export const PAGE = 50;

export class ModelTable {
  readonly element: HTMLElement;
  readonly pager: HTMLElement;
  readonly #head: HTMLElement;
  readonly #body = h("tbody");
  readonly #scroll: HTMLElement;
  readonly #range = h("span", { class: "cx-quiet", role: "status" });
  readonly #back: HTMLButtonElement;
  readonly #on: HTMLButtonElement;
  #rows: Model[] = [];
  #names = new Map<string, number>();
  #all = 0;
  #sort: Key = "uploaded";
  #up = true;
  #page = 0;
  #open = "";
  #current = "";

  constructor() {
    this.#head = h("tr");
    this.#scroll = h(
      "div",
      {
        class: "cx-listing",
        onkeydown: (event) => this.#key(event as KeyboardEvent),
      },
      h(
        "table",
        {},
        h(
          "caption",
          { class: "cx-unseen" },
          t("Models. Enter opens a model's details."),
        ),
        h("thead", {}, this.#head),
        this.#body,
      ),
    );
    this.element = this.#scroll;
    this.#back = this.#step(t("Previous page"), "‹", -1);
    this.#on = this.#step(t("Next page"), "›", 1);
    this.pager = h("div", { class: "cx-pager" }, this.#range, this.#back, this.#on);
    this.#heads();
  }

  /**
   * @param rows those that the filters let through.
   * @param everything all rows, to know which names are there more than once.
   */
  show(rows: Model[], everything: Iterable<Model>): void {
    this.#names = new Map();
    this.#all = 0;
    for (const { name, state } of everything) {
      this.#all++;
      if (state !== "Deleted") this.#names.set(name, (this.#names.get(name) ?? 0) + 1);
    }
    this.#rows = rows;
    this.#draw();
  }

  /** Back to the first page, after the filters have changed. */
  first(): void {
    this.#page = 0;
    this.#current = "";
    this.#scroll.scrollTop = 0;
  }

  #draw(): void {
    const way = this.#up ? 1 : -1;
    this.#rows.sort((a, b) => way * compare(a, b, this.#sort));
    const last = Math.max(0, Math.ceil(this.#rows.length / PAGE) - 1);
    this.#page = Math.min(this.#page, last);
    const from = this.#page * PAGE;
    const shown = this.#rows.slice(from, from + PAGE);
    if (!shown.some((row) => row.hash === this.#current))
      this.#current = shown[0]?.hash ?? "";
    const focused = this.#focused();
    this.#body.replaceChildren(...shown.flatMap((row) => this.#row(row)));
    if (focused) this.#button(focused)?.focus({ preventScroll: true });
    const [of, all] = [this.#rows.length, this.#all];
    const range = shown.length
      ? t("{first} to {last} of {of}", {
          first: from + 1,
          last: from + shown.length,
          of,
        })
      : t("none");
    setText(
      this.#range,
      of === all ? range : `${range} ${t("({all} in all)", { all })}`,
    );
    this.#back.disabled = this.#page === 0;
    this.#on.disabled = this.#page === last;
    this.#back.hidden = this.#on.hidden = last === 0;
  }

  #heads(): void {
    this.#head.replaceChildren(
      ...COLUMNS.map(([key, word]) => {
        const here = key === this.#sort;
        const mark = here ? (this.#up ? "▲" : "▼") : "";
        return h(
          "th",
          {
            scope: "col",
            class: `cx-of-${key}`,
            "aria-sort": here ? (this.#up ? "ascending" : "descending") : "none",
          },
          h(
            "button",
            { class: "cx-sort", type: "button", onclick: () => this.#by(key) },
            word,
            h("span", { class: "cx-mark", "aria-hidden": "true" }, mark),
          ),
        );
      }),
    );
  }

  #by(key: Key): void {
    this.#up = key === this.#sort ? !this.#up : true;
    this.#sort = key;
    this.#heads();
    this.first();
    this.#draw();
    const place = COLUMNS.findIndex(([one]) => one === key);
    this.#head.querySelectorAll("button")[place]?.focus();
  }

  #row(model: Model): HTMLElement[] {
    const { hash, name, state } = model;
    const open = hash === this.#open;
    const button = h(
      "button",
      {
        class: "cx-name",
        type: "button",
        dir: "auto",
        title: name,
        "aria-expanded": String(open),
        tabindex: hash === this.#current ? "0" : "-1",
        onclick: () => this.#toggle(hash),
      },
      name,
    );
    button.dataset.hash = hash;
    const row = h(
      "tr",
      { class: open ? "cx-open" : "" },
      h("td", { class: "cx-cell cx-of-name" }, button),
      ...cells(model),
    );
    if (!open) return [row];
    const unique = this.#names.get(name) === 1 && state !== "Deleted";
    const cell = h("td", { colspan: String(COLUMNS.length) }, details(model, unique));
    return [row, h("tr", { class: "cx-opened" }, cell)];
  }

  #toggle(hash: string): void {
    this.#open = this.#open === hash ? "" : hash;
    this.#current = hash;
    this.#draw();
    this.#button(hash)?.focus();
  }

  #step(label: string, sign: string, by: number): HTMLButtonElement {
    return h(
      "button",
      {
        class: "cx-button cx-step-page",
        type: "button",
        "aria-label": label,
        onclick: () => this.#turn(by),
      },
      sign,
    );
  }

  #turn(by: number): void {
    const last = Math.max(0, Math.ceil(this.#rows.length / PAGE) - 1);
    this.#page = Math.min(last, Math.max(0, this.#page + by));
    this.#scroll.scrollTop = 0;
    this.#draw();
  }

  #key(event: KeyboardEvent): void {
    const at = this.#focused();
    if (!at) return;
    if (event.key === "Escape" && this.#open) {
      this.#toggle(this.#open);
      return;
    }
    const place = this.#rows.findIndex((row) => row.hash === at);
    const to = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      PageDown: (this.#page + 1) * PAGE,
      PageUp: (this.#page - 1) * PAGE,
      Home: 0,
      End: this.#rows.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = this.#rows[Math.min(this.#rows.length - 1, Math.max(0, to))];
    if (!next) return;
    this.#current = next.hash;
    const page = Math.floor(this.#rows.indexOf(next) / PAGE);
    if (page !== this.#page) {
      this.#page = page;
      this.#draw();
    } else {
      this.#button(at)?.setAttribute("tabindex", "-1");
      this.#button(next.hash)?.setAttribute("tabindex", "0");
    }
    this.#button(next.hash)?.focus();
  }

  #focused(): string {
    const active = (this.#body.getRootNode() as ShadowRoot).activeElement;
    return (active as HTMLElement | null)?.dataset?.hash ?? "";
  }

  #button(hash: string): HTMLElement | null {
    return this.#body.querySelector(`[data-hash="${CSS.escape(hash)}"]`);
  }
}
