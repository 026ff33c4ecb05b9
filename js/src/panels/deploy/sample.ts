/** The sample row with the types that its fields will have. */

import { h, setText } from "../../dom.ts";
import type { Column } from "../../messages.ts";
import { t } from "../../words.ts";

const KINDS: Record<string, string> = {
  number: t("number"),
  boolean: t("true or false"),
  text: t("text"),
  date: t("date"),
  moment: t("date and time"),
  choice: t("one of a few"),
  json: "JSON",
};

export class Sample {
  readonly element = h("div", { class: "cx-sample" });
  readonly #word = h("p", { class: "cx-sample-word", dir: "auto" });
  readonly #rows = h("tbody");
  readonly #box: HTMLElement;

  constructor() {
    const heads = [t("Field"), t("Type"), t("Value")].map((word) =>
      h("th", { scope: "col" }, word),
    );
    this.#box = h(
      "div",
      {
        class: "cx-sample-box",
        tabindex: "0",
        role: "region",
        "aria-label": t("The sample row"),
        hidden: true,
      },
      h("table", {}, h("thead", {}, h("tr", {}, ...heads)), this.#rows),
    );
    this.element.append(this.#word, this.#box);
  }

  show(word: string, columns: Column[]): void {
    setText(this.#word, word);
    this.#word.hidden = !word;
    this.#box.hidden = !columns.length;
    this.#rows.replaceChildren(
      ...columns.map(({ name, kind, text }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row", dir: "auto" }, name),
          h("td", {}, KINDS[kind] ?? kind),
          h("td", { class: "cx-sample-value", dir: "auto" }, text),
        ),
      ),
    );
  }
}
