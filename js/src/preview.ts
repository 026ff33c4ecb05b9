/** The first rows of what an execution wrote, as a table. */

import { h, setText } from "./dom.ts";
import type { ToPage } from "./messages.ts";

export class Preview {
  readonly element = h("div", { class: "cx-preview", hidden: true });
  readonly #caption = h("p", { class: "cx-preview-note" });
  readonly #holder = h("div", {
    class: "cx-preview-table",
    tabindex: "0",
    role: "region",
    "aria-label": "The first rows of the result",
  });

  constructor() {
    this.element.append(this.#caption, this.#holder);
  }

  show({ columns, rows, of, note }: ToPage["preview"]): void {
    this.element.hidden = false;
    const cells = rows as string[][];
    const all = of === null ? "" : ` of ${of.toLocaleString()}`;
    const shown = `${cells.length}${all} ${of === 1 ? "row" : "rows"}`;
    setText(
      this.#caption,
      [columns.length ? shown : "", note].filter(Boolean).join(". "),
    );
    this.#holder.hidden = !columns.length;
    this.#holder.replaceChildren(
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...columns.map((name) => h("th", { scope: "col", dir: "auto" }, name)),
          ),
        ),
        h(
          "tbody",
          {},
          ...cells.map((row) =>
            h("tr", {}, ...row.map((cell) => h("td", { dir: "auto" }, cell))),
          ),
        ),
      ),
    );
  }
}
