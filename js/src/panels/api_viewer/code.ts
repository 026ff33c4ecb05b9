/** How other programs call the model: what `%codex code` writes, to copy. */

import { type Bridge, reasonOf } from "../../bridge.ts";
import { copy } from "../../clipboard.ts";
import { h, setText } from "../../dom.ts";
import { t } from "../../words.ts";

const LANGUAGES: [string, string][] = [
  ["curl", "curl"],
  ["python", "Python"],
  ["javascript", "JavaScript"],
];

export class Code {
  readonly element: HTMLDetailsElement;
  readonly #bridge: Bridge;
  readonly #language: HTMLSelectElement;
  readonly #pre = h("pre", {
    class: "cx-code",
    tabindex: "0",
    role: "region",
    "aria-label": t("Code"),
    dir: "ltr",
  });
  readonly #said = h("span", { class: "cx-hint", role: "status" });

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    this.#language = h(
      "select",
      {
        class: "cx-field",
        "aria-label": t("Language"),
        onchange: () => this.#write(),
      },
      ...LANGUAGES.map(([value, word]) => h("option", { value }, word)),
    );
    const button = h(
      "button",
      {
        class: "cx-button",
        type: "button",
        onclick: async () => setText(this.#said, await copy(this.#pre)),
      },
      t("Copy"),
    );
    this.element = h(
      "details",
      { class: "cx-elsewhere", hidden: true },
      h("summary", {}, t("Call it from another program")),
      h("div", { class: "cx-elsewhere-row" }, this.#language, button, this.#said),
      this.#pre,
    );
    // Written when it is looked at: most never do.
    this.element.addEventListener("toggle", () => {
      if (this.element.open && !this.#pre.textContent) this.#write();
    });
  }

  async #write(): Promise<void> {
    const language = this.#language.value;
    setText(this.#said, "");
    let text: string;
    try {
      const { result } = await this.#bridge.ask("code", { language });
      text = String(result);
    } catch (error) {
      text = "";
      setText(this.#said, reasonOf(error));
    }
    // A slow answer is not the code of a language that was chosen since.
    if (language === this.#language.value) setText(this.#pre, text);
  }
}
