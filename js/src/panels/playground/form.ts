/** The input: a form made from the sample, or the JSON itself; both hold one value. */

import { h, setText } from "../../dom.ts";
import { type Member, parse, write } from "../../json_text.ts";
import type { Field } from "../../messages.ts";
import { Tabs } from "../../tabs.ts";
import { t } from "../../words.ts";
import { FieldView, plainField } from "./field.ts";
import { sources } from "./seen.ts";

const FILTER_FROM = 12;
/** More fields than this are a JSON text first: nobody fills them one by one. */
const FORM_TO = 400;
const NUMBER = /^-?\d/;
const FORM = 0;
const RAW = 1;

export class InputForm {
  readonly element: HTMLElement;
  readonly tabs: Tabs;
  /** Called at each change of the value. */
  onChange: () => void = () => {};
  /** Called when the user has finished one change: left a field, let go a slider. */
  onSettled: () => void = () => {};

  #sample: Field[] = [];
  #views: FieldView[] = [];
  #hasForm = false;
  readonly #grid = h("div", { class: "cx-grid" });
  readonly #left = h("p", { class: "cx-left", hidden: true });
  readonly #sources = h("p", { class: "cx-quiet cx-sources" });
  readonly #filter: HTMLInputElement;
  readonly #none = h("p", { class: "cx-quiet", hidden: true }, t("No field matches."));
  readonly #area: HTMLTextAreaElement;
  readonly #problem = h("p", { class: "cx-problem", role: "status" });

  constructor() {
    this.#filter = h("input", {
      class: "cx-field cx-filter",
      type: "search",
      placeholder: t("Find a field"),
      "aria-label": t("Find a field"),
      oninput: () => this.#find(),
    });
    this.#area = h("textarea", {
      class: "cx-field cx-raw",
      "aria-label": t("Input as JSON"),
      spellcheck: "false",
      oninput: () => this.#typed(),
      onchange: () => this.onSettled(),
    });
    const form = h(
      "div",
      { class: "cx-fields" },
      this.#none,
      this.#grid,
      this.#left,
      this.#sources,
    );
    const raw = h("div", { class: "cx-raw-box" }, this.#area);
    this.tabs = new Tabs(
      t("Input"),
      [
        { name: t("Form"), panel: form },
        { name: "JSON", panel: raw },
      ],
      (place) => this.#switched(place),
    );
    this.element = h(
      "div",
      { class: "cx-input" },
      h(
        "div",
        { class: "cx-bar" },
        this.tabs.list,
        h("span", { class: "cx-push" }),
        this.#filter,
      ),
      form,
      raw,
      this.#problem,
    );
  }

  /** Take the model's fields; the value shown is kept where there is one. */
  describe(fields: Field[]): void {
    this.#sample = fields;
    setText(this.#sources, sources(fields));
  }

  /** The whole value as JSON text; null while something is wrong with it. */
  get text(): string | null {
    if (this.tabs.place === RAW || !this.#hasForm) {
      return parse(this.#area.value).ok ? this.#area.value.trim() : null;
    }
    const members = this.#members();
    return members && write(members);
  }

  set text(text: string) {
    this.#area.value = text;
    const found = parse(text);
    const members = found.ok ? found.members : null;
    const place = this.tabs.place;
    this.#hasForm = this.#draw(members);
    this.tabs.show(this.#hasForm ? place : RAW);
    this.#typed();
  }

  /** The fields that can be swept: those with a number in them; null while unknown. */
  numbers(): Field[] | null {
    const found = parse(this.text ?? "");
    if (!found.ok) return null;
    return (found.members ?? []).flatMap(({ name, text }) => {
      if (!NUMBER.test(text)) return [];
      const sample = this.#sample.find((one) => one.name === name);
      const known = sample?.kind === "number" ? sample : plainField(name, text);
      return [{ ...known, text }];
    });
  }

  focusProblem(): void {
    if (this.tabs.place === RAW) this.#area.focus();
    else this.#views.find((view) => view.problem)?.focus();
  }

  #present(): Member[] {
    const found = parse(this.text ?? "");
    return (found.ok && found.members) || [];
  }

  #members(): Member[] | null {
    const made: Member[] = [];
    for (const view of this.#views) {
      const text = view.text;
      if (text === null) return null;
      made.push({ name: view.name, text });
    }
    return made;
  }

  #draw(members: Member[] | null): boolean {
    const usable = members !== null && members.length > 0 && members.length <= FORM_TO;
    const known = new Map(this.#sample.map((field) => [field.name, field]));
    this.#views = [];
    if (usable)
      this.#views = members.map(
        ({ name, text }) =>
          new FieldView(
            name,
            known.get(name),
            text,
            () => this.#edited(),
            () => this.onSettled(),
          ),
      );
    this.#grid.replaceChildren(...this.#views.map((view) => view.element));
    const there = new Set(this.#views.map((view) => view.name));
    const away = usable ? this.#sample.filter((field) => !there.has(field.name)) : [];
    this.#left.hidden = !away.length;
    this.#left.replaceChildren(
      h(
        "span",
        { dir: "auto" },
        `${t("Not sent: {names}.", { names: away.map((f) => f.name).join(", ") })} `,
      ),
      h(
        "button",
        { class: "cx-link", type: "button", onclick: () => this.#putBack(away) },
        t("Put back"),
      ),
    );
    this.#filter.hidden = this.#views.length < FILTER_FROM;
    this.#filter.value = "";
    this.#find();
    return usable;
  }

  #putBack(away: Field[]): void {
    const back = away.map(({ name, text }) => ({ name, text }));
    this.text = write([...this.#present(), ...back]);
  }

  #switched(place: number): void {
    if (place === RAW) {
      if (this.#hasForm) {
        const members = this.#members();
        if (!members) {
          // What cannot be written as JSON would be lost.
          this.tabs.show(FORM);
          this.focusProblem();
          return;
        }
        this.#area.value = write(members);
      }
      this.#filter.hidden = true;
      this.#typed();
      return;
    }
    const found = parse(this.#area.value);
    if (found.ok && this.#draw(found.members)) {
      this.#hasForm = true;
      this.#edited();
      return;
    }
    this.tabs.show(RAW);
    setText(
      this.#problem,
      found.ok
        ? found.members && found.members.length > FORM_TO
          ? t("A form has at most {most} fields; this input is edited as JSON.", {
              most: FORM_TO,
            })
          : t('Only an object such as {"age": 41} has a form.')
        : found.problem,
    );
    this.#area.focus();
  }

  #typed(): void {
    const found = parse(this.#area.value);
    const raw = this.tabs.place === RAW;
    setText(this.#problem, raw && !found.ok ? found.problem : "");
    this.#area.setAttribute("aria-invalid", String(!found.ok));
    this.onChange();
  }

  #edited(): void {
    // While the fields are being made, there is nothing to compare yet.
    if (!this.#views.length) return;
    const wrong = this.#views.filter((view) => view.problem);
    const names = wrong.map((view) => view.name).slice(0, 3);
    setText(
      this.#problem,
      wrong.length ? t("Look at {names}.", { names: names.join(", ") }) : "",
    );
    this.#filter.hidden = this.tabs.place !== FORM || this.#views.length < FILTER_FROM;
    this.onChange();
  }

  #find(): void {
    const wanted = this.#filter.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const { element, name } of this.#views) {
      element.hidden = !name.toLocaleLowerCase().includes(wanted);
      if (!element.hidden) shown++;
    }
    this.#none.hidden = shown > 0 || !this.#views.length;
  }
}
