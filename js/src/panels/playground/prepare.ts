/** Which script prepares the input before the model gets it; usually none. */

import type { Bridge } from "../../bridge.ts";
import { h } from "../../dom.ts";
import { t } from "../../words.ts";

interface Script {
  hash: string;
  name: string;
}

export class Prepare {
  readonly element: HTMLSelectElement;
  readonly label: HTMLElement;
  readonly #bridge: Bridge;

  constructor(bridge: Bridge, changed: () => void) {
    this.#bridge = bridge;
    this.element = h("select", {
      class: "cx-field cx-peer",
      "aria-label": t("Prepare with"),
      onchange: changed,
    });
    this.label = h(
      "label",
      { class: "cx-inline", hidden: true },
      h("span", {}, t("Prepare")),
      this.element,
    );
    this.#offer([]);
  }

  /** Learn which scripts the group has; without any there is nothing to choose. */
  async refresh(): Promise<void> {
    try {
      this.#offer((await this.#bridge.ask("scripts", {})).result as Script[]);
    } catch {
      // The platform is away, or has no scripts: the input goes as it is.
    }
  }

  /** Choose the script of an earlier call, which may be gone since. */
  choose(hash: string, name: string): void {
    const there = [...this.element.options].some((one) => one.value === hash);
    if (!there) this.element.append(h("option", { value: hash }, name));
    this.element.value = hash;
    this.label.hidden = this.element.options.length < 2;
  }

  #offer(scripts: Script[]): void {
    const { value, selectedOptions } = this.element;
    const name = selectedOptions[0]?.textContent ?? "";
    this.element.replaceChildren(
      h("option", { value: "" }, t("with nothing")),
      ...scripts.map((one) => h("option", { value: one.hash }, one.name)),
    );
    this.choose(value, name);
  }
}
