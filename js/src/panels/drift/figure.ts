/** A chart with its name, its table one key away, and both as files. */

import { h, setText } from "../../dom.ts";
import { t } from "../../words.ts";
import { type Cell, csv, download, picture } from "./saving.ts";

export interface Table {
  head: string[];
  rows: Cell[][];
  /** What is shown of a number in each column, and what class a row has. */
  shown?: ((value: Cell, row: Cell[]) => string)[];
}

export interface Drawing {
  title: string;
  /** The chart, or a sentence that says why there is none; null for a table only. */
  chart: (() => Element | string) | null;
  table(): Table;
  /** The picture, where the chart is no SVG. */
  picture?(): Promise<Blob>;
}

const MOST_ROWS = 60;

export class Figure {
  readonly element: HTMLElement;
  readonly #title = h("h3", { class: "cx-figure-title", dir: "auto" });
  readonly #body = h("div", { class: "cx-figure-body" });
  readonly #toggle: HTMLButtonElement;
  readonly #png: HTMLButtonElement;
  readonly #file: string;
  readonly #said = h("span", { class: "cx-unseen", role: "status" });
  #drawing: Drawing | null = null;
  #asTable = false;
  #page = 0;

  /**
   * @param file what its files are called.
   * @param tools what else stands beside its title.
   */
  constructor(file: string, ...tools: HTMLElement[]) {
    this.#file = file;
    this.#toggle = small(t("Table"), () => this.turn());
    this.#png = small("PNG", () => this.#savePicture());
    this.#toggle.setAttribute("aria-pressed", "false");
    this.#toggle.setAttribute("aria-keyshortcuts", "t");
    this.element = h(
      "section",
      {
        class: "cx-figure",
        onkeydown: (event) => {
          const { key, target, ctrlKey, metaKey, altKey } = event as KeyboardEvent;
          if (key !== "t" || ctrlKey || metaKey || altKey) return;
          if ((target as Element).matches("input, select, textarea")) return;
          event.preventDefault();
          this.turn();
        },
      },
      h(
        "div",
        { class: "cx-figure-head" },
        this.#title,
        h("span", { class: "cx-push" }),
        ...tools,
        this.#toggle,
        this.#png,
        small("CSV", () => this.#saveTable()),
      ),
      this.#said,
      this.#body,
    );
  }

  show(drawing: Drawing): void {
    this.#drawing = drawing;
    setText(this.#title, drawing.title);
    this.element.setAttribute("aria-label", drawing.title);
    this.#toggle.hidden = this.#png.hidden = !drawing.chart;
    this.#draw();
  }

  /** Chart to table, or back. */
  turn(): void {
    if (!this.#drawing?.chart) return;
    this.#asTable = !this.#asTable;
    this.#page = 0;
    this.#toggle.setAttribute("aria-pressed", String(this.#asTable));
    this.#draw();
    // Seen without a word.
    this.#said.className = "cx-unseen";
    setText(this.#said, this.#asTable ? t("Shown as a table") : t("Shown as a chart"));
  }

  #draw(): void {
    const drawing = this.#drawing;
    if (!drawing) return;
    if (this.#asTable || !drawing.chart) {
      const made = this.#table(drawing.table(), drawing.title);
      // What says the same stays, with the focus and the scroll that it has.
      if (!same(this.#body.childNodes, made)) this.#body.replaceChildren(...made);
      return;
    }
    const made = drawing.chart();
    const shown = typeof made === "string" ? h("p", { class: "cx-empty" }, made) : made;
    // A chart that only moved its bars stays in place, so that they are seen to move.
    if (this.#body.firstChild !== shown || this.#body.childNodes.length > 1)
      this.#body.replaceChildren(shown);
  }

  #table({ head, rows, shown }: Table, title: string): Node[] {
    const pages = Math.max(1, Math.ceil(rows.length / MOST_ROWS));
    this.#page = Math.min(this.#page, pages - 1);
    const from = this.#page * MOST_ROWS;
    const part = rows.slice(from, from + MOST_ROWS);
    const table = h(
      "table",
      { class: "cx-table" },
      h("caption", { class: "cx-unseen" }, title),
      h("thead", {}, h("tr", {}, ...head.map((one) => h("th", { scope: "col" }, one)))),
      h(
        "tbody",
        {},
        ...part.map((row) =>
          h("tr", {}, ...row.map((one, at) => cell(one, at, row, shown))),
        ),
      ),
    );
    const scroll = h(
      "div",
      {
        class: "cx-scroll",
        tabindex: "0",
        role: "region",
        "aria-label": t("{title}, table", { title }),
      },
      table,
    );
    if (pages === 1) return [scroll];
    const turn = (by: number): void => {
      this.#page = Math.min(pages - 1, Math.max(0, this.#page + by));
      this.#draw();
      this.#body.querySelector<HTMLElement>(by > 0 ? ".cx-on" : ".cx-back")?.focus();
    };
    const back = small(t("Previous rows"), () => turn(-1), "cx-back");
    const on = small(t("Next rows"), () => turn(1), "cx-on");
    back.disabled = this.#page === 0;
    on.disabled = this.#page === pages - 1;
    const range = t("{first} to {last} of {of}", {
      first: from + 1,
      last: from + part.length,
      of: rows.length,
    });
    const pager = h("div", { class: "cx-pager" }, h("span", {}, range), back, on);
    return [scroll, pager];
  }

  #saveTable(): void {
    const table = this.#drawing?.table();
    if (table) this.#hand("csv", () => csv(table.head, table.rows));
  }

  #savePicture(): void {
    const drawing = this.#drawing;
    if (!drawing) return;
    if (this.#asTable) this.turn();
    const svg = this.#body.querySelector("svg");
    const own = drawing.picture;
    if (own) this.#hand("png", own);
    else if (svg) {
      const background = getComputedStyle(this.element).getPropertyValue("--cx-bg");
      this.#hand("png", () => picture(svg, background));
    } else this.#say(t("There is no chart to save."));
  }

  /** Hand a file to the browser and say so; whether it arrives, nobody is told. */
  async #hand(end: string, make: () => Blob | Promise<Blob>): Promise<void> {
    const name = `${this.#file}.${end}`;
    try {
      download(name, await make());
      this.#say(
        t("{name} was handed to the browser: look in its downloads.", { name }),
      );
    } catch (error) {
      const { message } = error as Error;
      this.#say(t("{name} could not be made: {error}", { name, error: message }));
    }
  }

  #say(text: string): void {
    this.#said.className = "cx-saved";
    setText(this.#said, text);
  }
}

function same(there: NodeListOf<ChildNode>, made: Node[]): boolean {
  return (
    there.length === made.length &&
    made.every((node, at) => node.isEqualNode(there[at] ?? null))
  );
}

function cell(
  value: Cell,
  at: number,
  row: Cell[],
  shown: Table["shown"],
): HTMLElement {
  const text = shown?.[at]?.(value, row) ?? (Number.isNaN(value) ? "–" : String(value));
  if (at === 0) return h("th", { scope: "row", dir: "auto" }, text);
  return h(
    "td",
    typeof value === "number" ? { class: "cx-number" } : { dir: "auto" },
    text,
  );
}

export function small(text: string, act: () => void, name = ""): HTMLButtonElement {
  return h(
    "button",
    { class: `cx-button cx-small ${name}`, type: "button", onclick: act },
    text,
  );
}
