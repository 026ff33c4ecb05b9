/** One of a few, as a row of joined buttons: radio buttons by another look. */

import { h } from "./dom.ts";

let count = 0;

export class Segments {
  readonly element: HTMLElement;
  readonly #inputs: HTMLInputElement[];

  /** @param choices values with their words, the first one chosen. */
  constructor(label: string, choices: [string, string][], changed: () => void) {
    const name = `cx-segments-${++count}`;
    this.#inputs = choices.map(([value], place) =>
      h("input", {
        type: "radio",
        name,
        value,
        checked: place === 0,
        onchange: changed,
      }),
    );
    this.element = h(
      "div",
      { class: "cx-segments", role: "radiogroup", "aria-label": label },
      ...choices.map(([, word], place) =>
        h("label", {}, this.#inputs[place] ?? "", h("span", {}, word)),
      ),
    );
  }

  get value(): string {
    return this.#inputs.find((input) => input.checked)?.value ?? "";
  }

  set value(value: string) {
    for (const input of this.#inputs) input.checked = input.value === value;
  }
}
