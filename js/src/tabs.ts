/** A row of tabs and what each shows; arrow keys move between them. */

import { h } from "./dom.ts";

export interface Tab {
  name: string;
  panel: HTMLElement;
}

let count = 0;

export class Tabs {
  readonly list: HTMLElement;
  readonly #buttons: HTMLButtonElement[];
  readonly #tabs: Tab[];
  readonly #chosen: (place: number) => void;
  place = 0;

  /** @param chosen called with a tab's place when the user chose it. */
  constructor(label: string, tabs: Tab[], chosen: (place: number) => void = () => {}) {
    const id = `cx-tab-${++count}`;
    this.#tabs = tabs;
    this.#chosen = chosen;
    this.#buttons = tabs.map(({ name, panel }, place) => {
      panel.id = `${id}-panel-${place}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-label", name);
      return h(
        "button",
        {
          class: "cx-tab",
          type: "button",
          role: "tab",
          "aria-controls": panel.id,
          onclick: () => this.#choose(place),
        },
        name,
      );
    });
    this.list = h(
      "div",
      {
        class: "cx-tabs",
        role: "tablist",
        "aria-label": label,
        onkeydown: (event) => this.#key(event as KeyboardEvent),
      },
      ...this.#buttons,
    );
    this.show(0);
  }

  /** Show that tab's panel; the user's own choice goes through `chosen`. */
  show(place: number): void {
    this.place = place;
    for (const [at, { panel }] of this.#tabs.entries()) {
      panel.hidden = at !== place;
      const button = this.#buttons[at];
      button?.setAttribute("aria-selected", String(at === place));
      button?.setAttribute("tabindex", at === place ? "0" : "-1");
    }
  }

  /** Where the tab of that name is. */
  at(name: string): number {
    return this.#tabs.findIndex((tab) => tab.name === name);
  }

  /** Move the focus to the tab that is shown. */
  focus(): void {
    this.#buttons[this.place]?.focus();
  }

  /** Take a tab out of the row, or put it back. */
  offer(name: string, offered: boolean): void {
    const at = this.at(name);
    const button = this.#buttons[at];
    if (button) button.hidden = !offered;
  }

  #choose(place: number): void {
    this.show(place);
    this.#chosen(place);
  }

  #key(event: KeyboardEvent): void {
    const shown = [...this.#buttons.keys()].filter((at) => !this.#buttons[at]?.hidden);
    const here = shown.indexOf(this.place);
    const to = {
      ArrowRight: shown[(here + 1) % shown.length],
      ArrowLeft: shown.at(here - 1),
      Home: shown[0],
      End: shown.at(-1),
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#choose(to);
    this.focus();
  }
}
