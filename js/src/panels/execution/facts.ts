/** Names and values in a row of pairs: files, rows, metrics. */

import { h } from "../../dom.ts";
import type { Pair } from "../../messages.ts";

export class Facts {
  readonly element: HTMLElement;
  #shown = "";

  constructor(label: string, kind: string) {
    this.element = h("dl", { class: `cx-pairs ${kind}`, "aria-label": label });
  }

  show(pairs: Pair[]): void {
    const now = JSON.stringify(pairs);
    this.element.hidden = !pairs.length;
    if (now === this.#shown) return;
    this.#shown = now;
    this.element.replaceChildren(
      ...pairs.map(({ name, value }) =>
        h(
          "div",
          { class: "cx-pair" },
          h("dt", { dir: "auto" }, name),
          h("dd", { dir: "auto", title: value }, value),
        ),
      ),
    );
  }
}
