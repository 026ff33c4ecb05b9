/** Files that lie beside the script: a list, a field to add one, an upload. */

import { h, setText } from "../../dom.ts";
import { t } from "../../words.ts";

export class Extras {
  readonly list = h("ul", { class: "cx-extras", "aria-label": t("Extra files") });
  readonly #changed: () => void;
  readonly #said = h("span", { class: "cx-unseen", role: "status" });
  #paths: string[] = [];

  constructor(changed: () => void) {
    this.#changed = changed;
    this.list.hidden = true;
  }

  get said(): HTMLElement {
    return this.#said;
  }

  get paths(): string[] {
    return [...this.#paths];
  }

  set paths(paths: string[]) {
    this.#paths = paths;
    this.list.hidden = !paths.length;
    this.list.replaceChildren(...paths.map((path) => this.#item(path)));
  }

  add(path: string): void {
    if (!path || this.#paths.includes(path)) return;
    this.paths = [...this.#paths, path];
    setText(this.#said, t("{path} is added.", { path }));
    this.#changed();
  }

  #item(path: string): HTMLElement {
    const remove = (): void => {
      const place = this.#paths.indexOf(path);
      this.paths = this.#paths.filter((one) => one !== path);
      setText(this.#said, t("{path} is removed.", { path }));
      const buttons = this.list.querySelectorAll("button");
      buttons[Math.min(place, buttons.length - 1)]?.focus();
      this.#changed();
    };
    return h(
      "li",
      {},
      h("span", { class: "cx-extra-path", dir: "auto", title: path }, path),
      h(
        "button",
        {
          class: "cx-link",
          type: "button",
          "aria-label": t("Remove {path}", { path }),
          onclick: remove,
        },
        t("Remove"),
      ),
    );
  }
}
