/** The present call as code to copy. */

import type { Bridge } from "../../bridge.ts";
import { copy } from "../../clipboard.ts";
import { h, setText } from "../../dom.ts";
import { Tabs } from "../../tabs.ts";
import { t } from "../../words.ts";

const LANGUAGES: [string, string][] = [
  ["magic", t("Notebook")],
  ["curl", "curl"],
  ["python", "Python"],
  ["javascript", "JavaScript"],
];

export class CodeView {
  readonly element: HTMLElement;
  readonly #bridge: Bridge;
  readonly #input: () => string | null;
  readonly #script: () => string;
  readonly #tabs: Tabs;
  readonly #pre = h("pre", {
    class: "cx-json cx-snippet",
    tabindex: "0",
    role: "region",
    "aria-label": t("Code"),
  });
  readonly #copy: HTMLButtonElement;
  readonly #said = h("span", { class: "cx-quiet", role: "status" });
  #asked = 0;
  #timer = 0;

  /** @param script gives the hash of what prepares the input; "" for nothing. */
  constructor(
    bridge: Bridge,
    input: () => string | null,
    script: () => string,
    signal: AbortSignal,
  ) {
    this.#script = script;
    this.#bridge = bridge;
    this.#input = input;
    const panel = h("div", { class: "cx-code" }, this.#pre);
    // One panel for all: only what is in it changes.
    const panels = LANGUAGES.map(([, name], place) => ({
      name,
      panel: place === 0 ? panel : h("div"),
    }));
    this.#tabs = new Tabs(t("Language"), panels, () => this.refresh());
    this.#copy = h(
      "button",
      { class: "cx-button", type: "button", onclick: () => this.#toClipboard() },
      t("Copy"),
    );
    this.element = h(
      "div",
      { class: "cx-code-box" },
      h(
        "div",
        { class: "cx-bar" },
        this.#tabs.list,
        h("span", { class: "cx-push" }),
        this.#said,
        this.#copy,
      ),
      ...panels.map((one) => one.panel),
    );
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** The input changed: write the code anew in a moment, if anybody looks. */
  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), 250);
  }

  async refresh(): Promise<void> {
    setText(this.#said, "");
    const panels = this.element.querySelectorAll("[role=tabpanel]");
    panels[this.#tabs.place]?.append(this.#pre);
    if (this.element.closest("[hidden]")) return;
    const input = this.#input();
    if (input === null) {
      setText(this.#pre, t("The input is not complete."));
      return;
    }
    const mine = ++this.#asked;
    const [language] = LANGUAGES[this.#tabs.place] ?? ["curl"];
    let text: string;
    try {
      const script = this.#script();
      const asked = this.#bridge.ask("snippet", { language, input, script });
      text = String((await asked).result);
    } catch (error) {
      text = (error as Error).message;
    }
    // A slow answer for an earlier input is not the code of this one.
    if (mine === this.#asked) setText(this.#pre, text);
  }

  async #toClipboard(): Promise<void> {
    setText(this.#said, await copy(this.#pre));
  }
}
