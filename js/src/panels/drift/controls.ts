/** What is shown: the period, the reference, the order of the columns, a search. */

import { h, setText } from "../../dom.ts";
import { t } from "../../words.ts";
import type { DriftData, Reference } from "./data.ts";

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export class Controls {
  readonly element: HTMLElement;
  onChange: () => void = () => {};
  readonly #slider = h("input", {
    class: "cx-period",
    type: "range",
    min: "0",
    step: "1",
    "aria-label": t("Period"),
    oninput: () => this.#slid(),
  });
  readonly #shown = h("output", { class: "cx-shown" });
  readonly #reference = this.#select(t("Compare with"));
  readonly #sort = this.#select(t("Sort by"));
  /** Stand beside what they order and filter. */
  readonly sort = labelled(t("Sort by"), this.#sort);
  readonly find = h("input", {
    class: "cx-field cx-find",
    type: "search",
    placeholder: t("Find a column"),
    "aria-label": t("Find a column"),
    oninput: () => this.onChange(),
  });
  readonly #periods: HTMLElement;
  #data: DriftData | null = null;
  #ordered: { data: DriftData; key: string; order: number[] } | null = null;
  place = 0;

  constructor() {
    const step = (label: string, sign: string, by: number): HTMLElement =>
      h(
        "button",
        {
          class: "cx-button cx-small cx-step",
          type: "button",
          "aria-label": label,
          onclick: () => this.#step(by),
        },
        sign,
      );
    this.#periods = h(
      "div",
      { class: "cx-periods" },
      step(t("Previous period"), "‹", -1),
      this.#slider,
      step(t("Next period"), "›", 1),
      this.#shown,
    );
    this.element = h(
      "div",
      { class: "cx-controls" },
      this.#periods,
      labelled(t("Compare with"), this.#reference),
    );
  }

  get reference(): Reference {
    const { value } = this.#reference;
    return value === "training" || value === "previous" ? value : Number(value);
  }

  /** What there is to choose from; what was chosen stays so where it is still there. */
  describe(data: DriftData, first: boolean): void {
    this.#data = data;
    const { periods, against } = data.message;
    const before = this.#reference.value;
    const options: [string, string][] = [["training", against]];
    if (periods.length > 1) options.push(["previous", t("the period before")]);
    for (const [at, name] of periods.entries())
      if (!data.isGap(at)) options.push([String(at), name]);
    fill(this.#reference, options);
    if (options.some(([value]) => value === before)) this.#reference.value = before;
    const sorts: [string, string][] = [
      ["psi", "PSI"],
      ["name", t("name")],
      ["given", t("given order")],
    ];
    if (data.reasons) sorts.splice(1, 0, ["impact", t("impact (PSI × SHAP)")]);
    const sort = this.#sort.value;
    fill(this.#sort, sorts);
    if (sorts.some(([value]) => value === sort)) this.#sort.value = sort;
    this.#slider.max = String(data.whole);
    // The latest period with records is what a reader comes for.
    if (first || this.place > data.whole) this.place = Math.max(0, data.latest);
    this.element.hidden = !periods.length;
    this.#tell();
  }

  /** The columns that match the search, as the list shows them. */
  order(data: DriftData, place: number): number[] {
    this.#tell();
    const key = [this.find.value, this.#sort.value, this.reference, place].join("\0");
    if (this.#ordered?.data === data && this.#ordered.key === key)
      return this.#ordered.order;
    const order = this.#inOrder(data, place);
    this.#ordered = { data, key, order };
    return order;
  }

  #inOrder(data: DriftData, place: number): number[] {
    const wanted = this.find.value.trim().toLocaleLowerCase();
    const order = data.columns.flatMap(({ name }, column) =>
      name.toLocaleLowerCase().includes(wanted) ? [column] : [],
    );
    const { reference } = this;
    const by: Record<string, (column: number) => number> = {
      psi: (column) => data.psi(column, reference, place),
      impact: (column) => data.impact(column, reference, place),
    };
    const value = by[this.#sort.value];
    if (value) {
      const values = new Map(order.map((one) => [one, value(one)]));
      const of = (one: number): number => {
        const found = values.get(one) as number;
        return Number.isNaN(found) ? -1 : found;
      };
      order.sort((a, b) => of(b) - of(a) || a - b);
    } else if (this.#sort.value === "name")
      order.sort((a, b) =>
        words.compare(data.columns[a]?.name ?? "", data.columns[b]?.name ?? ""),
      );
    return order;
  }

  #slid(): void {
    this.place = Number(this.#slider.value);
    this.onChange();
  }

  #step(by: number): void {
    const last = this.#data?.whole ?? 0;
    this.place = Math.min(last, Math.max(0, this.place + by));
    this.onChange();
  }

  #tell(): void {
    const data = this.#data;
    if (!data) return;
    this.#slider.value = String(this.place);
    const name = data.places[this.place] ?? "";
    const gap = t("{name}, no records", { name });
    const rows = data.rows(this.place);
    this.#slider.setAttribute("aria-valuetext", data.isGap(this.place) ? gap : name);
    setText(
      this.#shown,
      data.isGap(this.place) ? gap : t("{name}, {rows} rows", { name, rows }),
    );
  }

  #select(label: string): HTMLSelectElement {
    return h("select", {
      class: "cx-field",
      "aria-label": label,
      onchange: () => this.onChange(),
    });
  }
}

function fill(list: HTMLSelectElement, options: [string, string][]): void {
  list.replaceChildren(...options.map(([value, name]) => h("option", { value }, name)));
}

function labelled(text: string, field: HTMLElement): HTMLElement {
  return h("label", { class: "cx-inline" }, h("span", {}, text), field);
}
