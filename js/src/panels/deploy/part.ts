/** What can come from several places: a choice of the place, then its own fields. */

import { h } from "../../dom.ts";
import type { Entry } from "../../entry.ts";
import type { Variable } from "../../messages.ts";
import { Segments } from "../../segments.ts";
import { t } from "../../words.ts";

export class Part {
  readonly element: HTMLElement;
  readonly #segments: Segments;
  readonly #places: Map<string, { place: HTMLElement; shown: HTMLElement[] }>;

  /**
   * @param places each with its word and what it shows; what several show stands in the
   *   one that is chosen.
   */
  constructor(
    label: string,
    places: [string, string, HTMLElement[]][],
    changed: () => void,
    ...below: HTMLElement[]
  ) {
    this.#places = new Map(
      places.map(([value, , shown]) => [
        value,
        { place: h("div", { class: "cx-place" }), shown },
      ]),
    );
    const choices = places.map(([value, word]): [string, string] => [value, word]);
    this.#segments = new Segments(
      t("{part}: where from", { part: label }),
      choices,
      () => {
        this.#show();
        changed();
      },
    );
    this.element = h(
      "div",
      { class: "cx-part" },
      h(
        "div",
        { class: "cx-part-head" },
        h("span", { class: "cx-part-name" }, label),
        this.#segments.element,
      ),
      h(
        "div",
        { class: "cx-part-body" },
        ...[...this.#places.values()].map(({ place }) => place),
        ...below,
      ),
    );
    this.#show();
  }

  get value(): string {
    return this.#segments.value;
  }

  set value(value: string) {
    this.#segments.value = value;
    this.#show();
  }

  #show(): void {
    for (const [value, { place, shown }] of this.#places) {
      place.hidden = value !== this.value;
      if (!place.hidden) place.replaceChildren(...shown);
    }
  }
}

const GROUPS: Record<string, string> = {
  function: t("Functions"),
  model: t("Models"),
  sample: t("Frames, dicts and lists"),
  other: t("Other variables"),
};

/** Fill a select with the variables of some kinds; what was chosen stays chosen. */
export function offerVariables(
  { control }: Entry<HTMLSelectElement>,
  variables: Variable[],
  kinds: string[],
): void {
  const chosen = control.value;
  const known = new Set<string>();
  const groups = kinds.map((kind) => {
    const options = variables
      .filter((one) => one.kinds.includes(kind) && !known.has(one.name))
      .map(({ name, what }) => {
        known.add(name);
        const space = what.startsWith("(") ? "" : ": ";
        return h("option", { value: name }, `${name}${space}${what}`);
      });
    return options.length
      ? h("optgroup", { label: GROUPS[kind] ?? kind }, ...options)
      : "";
  });
  const none = known.size ? t("Choose…") : t("None yet");
  control.replaceChildren(
    h("option", { value: "" }, none),
    ...groups.filter((group) => group !== ""),
  );
  choose(control, chosen);
}

/** Choose a variable; one that is not listed is an expression, or is gone. */
export function choose(control: HTMLSelectElement, name: string): void {
  for (const old of control.querySelectorAll("option[data-typed]")) old.remove();
  const listed = [...control.options].some((option) => option.value === name);
  if (!listed) {
    const option = h("option", { value: name }, name);
    option.dataset.typed = "";
    control.append(option);
  }
  control.value = name;
}
