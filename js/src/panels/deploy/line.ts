/** The magic that does the same as the form, to copy; and one that is pasted. */

import type { Bridge, Fault } from "../../bridge.ts";
import { copy } from "../../clipboard.ts";
import { h, setText } from "../../dom.ts";
import { Entry } from "../../entry.ts";
import type { Draft } from "../../messages.ts";
import { t } from "../../words.ts";

export class Line {
  readonly element: HTMLElement;
  readonly #bridge: Bridge;
  readonly #fill: (draft: Draft) => void;
  readonly #code: HTMLElement;
  readonly #said = h("span", { class: "cx-hint", role: "status" });
  readonly #paste: Entry<HTMLTextAreaElement>;

  /** @param fill called with the draft that a pasted line stands for. */
  constructor(bridge: Bridge, fill: (draft: Draft) => void) {
    this.#bridge = bridge;
    this.#fill = fill;
    this.#code = h("pre", {
      class: "cx-line-code",
      tabindex: "0",
      role: "region",
      "aria-label": t("The line that does the same"),
      // Code has a direction of its own, whatever names are in it.
      dir: "ltr",
    });
    const area = h("textarea", {
      rows: "2",
      spellcheck: "false",
      placeholder: "%%codex deploy …",
      // After the browser has put it there.
      onpaste: () => setTimeout(() => this.#read()),
    });
    this.#paste = new Entry(t("A line or a cell to fill in from"), area);
    const act = (): void => {
      this.#read();
    };
    this.element = h(
      "div",
      { class: "cx-line-box" },
      this.#code,
      h(
        "div",
        { class: "cx-row" },
        h(
          "button",
          {
            class: "cx-button",
            type: "button",
            onclick: async () => setText(this.#said, await copy(this.#code)),
          },
          t("Copy"),
        ),
        this.#said,
      ),
      h(
        "details",
        {},
        h("summary", {}, t("Fill the form from a line")),
        this.#paste.element,
        h(
          "button",
          { class: "cx-button", type: "button", onclick: act },
          t("Fill the form"),
        ),
      ),
    );
  }

  show(line: string): void {
    setText(this.#code, line);
    if (line) setText(this.#said, "");
  }

  async #read(): Promise<void> {
    const text = this.#paste.control.value;
    if (!text.trim()) {
      this.#paste.tell(t("Paste a line that begins with %codex deploy."));
      return;
    }
    try {
      const { result } = await this.#bridge.ask("paste", { text });
      this.#paste.control.value = "";
      this.#paste.tell("");
      this.#paste.note(t("The form is filled in from it."));
      this.#fill(result as Draft);
    } catch (error) {
      const { name, message, hint } = error as Fault;
      if (name !== "AbortError")
        this.#paste.tell([message, hint].filter(Boolean).join(" "));
    }
  }
}
