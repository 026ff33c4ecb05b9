/** The first rows of what an execution wrote, as a table. */

import { h, setText } from "./dom.ts";
import type { ToPage } from "./messages.ts";
import { t } from "./words.ts";

export class Preview {
  readonly element = h("div", { class: "cx-preview", hidden: true });
  readonly #caption = h("p", { class: "cx-preview-note" });
  readonly #holder = h("div", {
    class: "cx-preview-table",
    tabindex: "0",
    role: "region",
    "aria-label": t("The first rows of the result"),
  });

  constructor() {
    this.element.append(this.#caption, this.#holder);
  }

  show({ columns, rows, of, note }: ToPage["preview"]): void {
    this.element.hidden = false;
    const cells = rows as string[][];
    const shown = columns.length ? counted(cells.length, of) : "";
    setText(this.#caption, [shown, note].filter(Boolean).join(". "));
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

function counted(shown: number, of: number | null): string {
  if (of === null) return t("{shown} rows", { shown });
  if (of === 1) return t("{shown} of 1 row", { shown });
  return t("{shown} of {of} rows", { shown, of });
}
