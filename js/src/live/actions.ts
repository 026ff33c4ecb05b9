/** The buttons, and the question that each asks before it acts. */

import { type Bridge, reasonOf } from "../bridge.ts";
import { h, setText } from "../dom.ts";
import { t } from "../words.ts";

export interface Act {
  word: string;
  /** What happens, told before it does; "" for what needs no question. */
  means: string;
  yes: string;
  doing: string;
  danger: boolean;
}

export class Actions {
  readonly element = h("div", { class: "cx-actions" });
  readonly #bridge: Bridge;
  readonly #acts: Record<string, Act>;
  readonly #problem = h("span", { class: "cx-problem", role: "alert" });
  readonly #row = h("div", { class: "cx-action-row", tabindex: "-1" });
  readonly #hint = h("span", { class: "cx-hint" });
  #name = "";
  #allowed = "";
  #busy = "";
  #asking = false;

  constructor(bridge: Bridge, acts: Record<string, Act>) {
    this.#bridge = bridge;
    this.#acts = acts;
    this.element.append(this.#row, this.#problem);
    this.#buttons();
  }

  /** @param hint what to say where no button is. */
  show(name: string, allowed: string[], busy: string, hint: string): void {
    this.#name = name;
    setText(this.#hint, hint);
    const now = allowed.join();
    if (now === this.#allowed && busy === this.#busy) return;
    // A question about what is no longer allowed goes away by itself.
    if (now !== this.#allowed || busy) this.#asking = false;
    this.#allowed = now;
    this.#busy = busy;
    if (!this.#asking) this.#buttons();
  }

  #buttons(focus = ""): void {
    this.#asking = false;
    const doing = this.#acts[this.#busy]?.doing;
    if (doing) {
      this.#fill(h("span", { class: "cx-doing", role: "status" }, doing));
      return;
    }
    const names = Object.keys(this.#acts).filter((name) =>
      this.#allowed.split(",").includes(name),
    );
    if (!names.length) {
      this.#fill(this.#hint);
      return;
    }
    this.#fill(
      ...names.map((name) =>
        h(
          "button",
          { class: "cx-button", type: "button", onclick: () => this.#question(name) },
          this.#acts[name]?.word,
        ),
      ),
    );
    if (focus) this.#row.querySelectorAll("button")[names.indexOf(focus)]?.focus();
  }

  /** What goes with the focus leaves it here: on the page it would be the notebook's. */
  #fill(...parts: HTMLElement[]): void {
    const held = this.#row.matches(":focus-within");
    this.#row.replaceChildren(...parts);
    if (held) this.#row.focus();
  }

  #question(name: string): void {
    const act = this.#acts[name];
    if (!act) return;
    setText(this.#problem, "");
    if (!act.means) {
      this.#act(name, act);
      return;
    }
    this.#asking = true;
    const asks = `${act.word} ${this.#name}?`;
    const no = h(
      "button",
      { class: "cx-button", type: "button", onclick: () => this.#buttons(name) },
      t("Cancel"),
    );
    const question = h(
      "div",
      {
        class: "cx-question",
        role: "group",
        "aria-label": asks,
        onkeydown: (event) => {
          if ((event as KeyboardEvent).key === "Escape") this.#buttons(name);
        },
      },
      h(
        "span",
        { class: "cx-question-text" },
        h("strong", { dir: "auto" }, asks),
        ` ${act.means}`,
      ),
      no,
      h(
        "button",
        {
          class: `cx-button ${act.danger ? "cx-danger" : "cx-main"}`,
          type: "button",
          onclick: () => this.#act(name, act),
        },
        act.yes,
      ),
    );
    this.#row.replaceChildren(question);
    // The harmless answer has the focus: Enter pressed twice changes nothing.
    no.focus();
  }

  async #act(name: string, act: Act): Promise<void> {
    this.#asking = false;
    this.#fill(h("span", { class: "cx-doing", role: "status" }, act.doing));
    try {
      await this.#bridge.inquire("act", { action: name }, { begun: true });
    } catch (error) {
      setText(this.#problem, reasonOf(error));
    }
    this.#buttons();
  }
}
