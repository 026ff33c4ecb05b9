/** A labelled control, and what is wrong with it. */

import { h, setText } from "./dom.ts";

let count = 0;

export class Entry<Control extends HTMLElement = HTMLElement> {
  readonly element: HTMLElement;
  readonly control: Control;
  readonly #problem: HTMLElement;
  readonly #note: HTMLElement;

  /**
   * @param hint beside the label, quietly.
   * @param around what holds the control, where more than itself is shown.
   */
  constructor(label: string, control: Control, hint = "", around?: HTMLElement) {
    const id = `cx-entry-${++count}`;
    control.id = id;
    control.classList.add("cx-field");
    this.control = control;
    this.#problem = h("span", { class: "cx-entry-problem", id: `${id}-problem` });
    this.#note = h("span", { class: "cx-entry-note", id: `${id}-note`, dir: "auto" });
    this.element = h(
      "div",
      { class: "cx-entry" },
      h(
        "label",
        { for: id },
        label,
        hint && h("span", { class: "cx-hint" }, ` ${hint}`),
      ),
      around ?? control,
      this.#note,
      this.#problem,
    );
  }

  /** Say what is wrong with it, or that nothing is. */
  tell(problem: string): void {
    setText(this.#problem, problem);
    this.control.setAttribute("aria-invalid", String(problem !== ""));
    this.#describe();
  }

  /** Say something about its value that is not wrong. */
  note(text: string): void {
    setText(this.#note, text);
    this.#describe();
  }

  /** Named only while there is something to read. */
  #describe(): void {
    const told = [this.#problem, this.#note].filter((one) => one.textContent);
    if (told.length)
      this.control.setAttribute("aria-describedby", told.map((o) => o.id).join(" "));
    else this.control.removeAttribute("aria-describedby");
  }
}
