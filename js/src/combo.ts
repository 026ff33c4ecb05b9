/** A text with suggestions below it: type anything, or take one with the arrow keys. */

import { h } from "./dom.ts";

let count = 0;
const PAUSE = 120;
const MOST = 100;

export class Combo {
  readonly input: HTMLInputElement;
  readonly element: HTMLElement;
  readonly #list: HTMLElement;
  readonly #find: (text: string) => Promise<string[]>;
  readonly #changed: () => void;
  #found: string[] = [];
  #active = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  /**
   * @param label of the list of suggestions.
   * @param find gives what may stand there; one that ends in "/" can be continued.
   * @param changed called when a suggestion was taken.
   */
  constructor(
    label: string,
    find: (text: string) => Promise<string[]>,
    changed: () => void,
    attributes: Record<string, string> = {},
  ) {
    const id = `cx-combo-${++count}`;
    this.#find = find;
    this.#changed = changed;
    this.#list = h("ul", {
      id,
      class: "cx-combo-list",
      role: "listbox",
      "aria-label": label,
      hidden: true,
      // The text keeps the focus.
      onmousedown: (event) => event.preventDefault(),
    });
    this.input = h("input", {
      class: "cx-field",
      type: "text",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      oninput: () => this.#ask(PAUSE),
      onkeydown: (event) => this.#key(event as KeyboardEvent),
      onblur: () => this.#close(),
      ...attributes,
    });
    this.element = h("div", { class: "cx-combo" }, this.input, this.#list);
  }

  #ask(pause: number): void {
    clearTimeout(this.#timer);
    const turn = ++this.#asked;
    this.#timer = setTimeout(async () => {
      const found = await this.#find(this.input.value).catch(() => []);
      // Only the newest question counts, and only while somebody is there to read it.
      const root = this.input.getRootNode() as ShadowRoot;
      if (turn === this.#asked && root.activeElement === this.input) this.#open(found);
    }, pause);
  }

  #open(found: string[]): void {
    this.#found = found.filter((text) => text !== this.input.value).slice(0, MOST);
    this.#active = -1;
    this.#list.replaceChildren(
      ...this.#found.map((text, place) =>
        h(
          "li",
          {
            id: `${this.#list.id}-${place}`,
            role: "option",
            "aria-selected": "false",
            dir: "auto",
            onclick: () => this.#take(place),
          },
          text,
        ),
      ),
    );
    this.#list.hidden = !this.#found.length;
    this.input.setAttribute("aria-expanded", String(this.#found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    this.#open([]);
  }

  #take(place: number): void {
    const text = this.#found[place];
    if (text === undefined) return;
    this.input.value = text;
    this.#close();
    this.#changed();
    if (text.endsWith("/")) this.#ask(0);
  }

  #key(event: KeyboardEvent): void {
    const { key } = event;
    const open = !this.#list.hidden;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (open) this.#move(key === "ArrowDown" ? 1 : -1);
      else this.#ask(0);
    } else if (key === "Enter" && open && this.#active >= 0) {
      event.preventDefault();
      event.stopPropagation();
      this.#take(this.#active);
    } else if (key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    }
  }

  #move(by: number): void {
    const items = [...this.#list.children];
    const from = this.#active < 0 && by < 0 ? items.length : this.#active;
    this.#active = (from + by + items.length) % items.length;
    for (const [place, item] of items.entries())
      item.setAttribute("aria-selected", String(place === this.#active));
    const chosen = items[this.#active];
    chosen?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", chosen?.id ?? "");
  }
}
