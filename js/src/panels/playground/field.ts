/** One field of the form: the control that fits its value, and its JSON text. */

import { h, setText } from "../../dom.ts";
import { parse } from "../../json_text.ts";
import type { Field } from "../../messages.ts";
import { t } from "../../words.ts";
import { beyond, usual } from "./seen.ts";

let count = 0;

/** What a field shows where the sample says nothing about it. */
export function plainField(name: string, text: string): Field {
  const first = text[0] ?? "";
  const number = first === "-" || (first >= "0" && first <= "9");
  const kind =
    first === '"'
      ? "text"
      : number
        ? "number"
        : text === "true" || text === "false"
          ? "boolean"
          : "json";
  const none = { low: null, high: null, step: null, whole: false, choices: [] };
  return { name, kind, text, ...none, open: false, seen: null };
}

const DATE = /^"\d{4}-\d{2}-\d{2}"$/;
const MOMENT = /^"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?"$/;

/** Whether a control of the sample's kind can show the value. */
function fits(sample: Field, text: string): boolean {
  switch (sample.kind) {
    case "choice":
      return sample.choices.includes(text) || (sample.open && text[0] === '"');
    case "date":
      return DATE.test(text);
    case "moment":
      return MOMENT.test(text);
    case "number":
      return text === "null" || plainField("", text).kind === "number";
    case "json":
      return true;
    default:
      return plainField("", text).kind === sample.kind;
  }
}

/** A number as typed, as JSON writes it: .5 is 0.5 there. */
function numberText(typed: string): string {
  return parse(typed).ok ? typed : String(Number(typed));
}

/** The value of the option that lets another one be typed; no JSON text is like it. */
const OTHER = "other";

export class FieldView {
  readonly name: string;
  readonly element: HTMLElement;
  readonly field: Field;
  readonly #problem = h("span", { class: "cx-field-problem" });
  readonly #note = h("span", { class: "cx-field-note" });
  readonly #changed: () => void;
  #read: () => string | null;
  #write: (text: string) => void;
  #control: HTMLElement;

  /**
   * @param sample what the model's sample says of the field, if anything.
   * @param text the value to show.
   * @param changed called at each change; `settled` when the user is done with one.
   */
  constructor(
    name: string,
    sample: Field | undefined,
    text: string,
    changed: () => void,
    settled: () => void,
  ) {
    this.name = name;
    this.field = sample && fits(sample, text) ? sample : plainField(name, text);
    this.#changed = changed;
    const id = `cx-field-${++count}`;
    const made = this.#make(id);
    this.#control = made.control;
    this.#read = made.read;
    this.#write = made.write;
    this.#problem.id = `${id}-problem`;
    this.#note.id = `${id}-note`;
    const wide = this.field.kind === "json" ? " cx-wide" : "";
    this.element = h(
      "div",
      {
        class: `cx-form-field cx-kind-${this.field.kind}${wide}`,
        oninput: () => this.#check(),
        onchange: settled,
      },
      h("label", { for: id, class: "cx-label", title: name, dir: "auto" }, name),
      made.box,
      this.#problem,
      this.#note,
    );
    this.#write(text);
    this.#check();
  }

  /** The value as JSON text; null while what is typed is no value. */
  get text(): string | null {
    return this.#read();
  }

  set text(text: string) {
    this.#write(text);
    this.#check();
  }

  get problem(): string {
    return this.#problem.textContent ?? "";
  }

  focus(): void {
    this.#control.focus();
  }

  #check(): void {
    const text = this.#read();
    const wrong = text === null ? this.#wrong() : "";
    setText(this.#problem, wrong);
    this.#remark(text);
    // Named only while there is something to read.
    const told = [this.#problem, this.#note].filter((one) => one.textContent);
    if (told.length)
      this.#control.setAttribute(
        "aria-describedby",
        told.map((one) => one.id).join(" "),
      );
    else this.#control.removeAttribute("aria-describedby");
    this.#control.setAttribute("aria-invalid", String(Boolean(wrong)));
    this.#changed();
  }

  /** What was seen before; said louder where the value is beyond it. */
  #remark(text: string | null): void {
    const { seen } = this.field;
    const odd = seen && text !== null ? beyond(this.field, seen, text) : "";
    this.#note.classList.toggle("cx-odd", odd !== "");
    setText(this.#note, seen ? odd || usual(seen) : "");
  }

  #wrong(): string {
    if (this.field.kind === "json") {
      const found = parse((this.#control as HTMLTextAreaElement).value);
      return found.ok ? "" : found.problem;
    }
    return this.field.kind === "number" ? t("not a number") : t("not complete");
  }

  #make(id: string): {
    control: HTMLElement;
    box: HTMLElement;
    read: () => string | null;
    write: (text: string) => void;
  } {
    const { kind } = this.field;
    if (kind === "boolean") return this.#checkbox(id);
    if (kind === "choice") return this.#select(id);
    if (kind === "json") return this.#area(id);
    const type = { number: "number", date: "date", moment: "datetime-local" }[kind];
    const input = h("input", {
      id,
      class: "cx-field",
      type: type ?? "text",
      dir: "auto",
      autocomplete: "off",
      spellcheck: "false",
    });
    if (kind === "number") return this.#number(input);
    if (kind !== "text") input.step = "1";
    let [given, shown] = ["", ""];
    return {
      control: input,
      box: input,
      read: () => {
        // A browser leaves out seconds that are zero: what nobody touched stays as it was.
        if (input.value === shown) return given;
        if (kind === "text") return JSON.stringify(input.value);
        if (input.validity.badInput || !input.value) return null;
        const seconds = kind === "moment" && input.value.length === 16 ? ":00" : "";
        return JSON.stringify(input.value + (given.length > 18 ? seconds : ""));
      },
      write: (text) => {
        input.value = JSON.parse(text) as string;
        [given, shown] = [text, input.value];
      },
    };
  }

  #number(input: HTMLInputElement) {
    const { low, high, step } = this.field;
    input.step = String(step ?? "any");
    input.placeholder = "null";
    const read = (): string | null => {
      if (input.validity.badInput) return null;
      return input.value === "" ? "null" : numberText(input.value);
    };
    if (low === null || high === null) {
      const write = (text: string): void => {
        input.value = text === "null" ? "" : text;
      };
      return { control: input, box: input, read, write };
    }
    // For the mouse alone: the number beside it has the arrow keys, and is exact.
    const slider = h("input", {
      class: "cx-slider",
      type: "range",
      tabindex: "-1",
      "aria-hidden": "true",
      min: String(low),
      max: String(high),
      step: this.field.whole ? "1" : String((high - low) / 200),
    });
    const follow = (): void => {
      const at = Number(input.value);
      slider.value = String(at);
      const share = Math.min(1, Math.max(0, (at - low) / (high - low)));
      slider.style.setProperty("--cx-share", `${share * 100}%`);
      slider.classList.toggle("cx-beyond", at < low || at > high || !input.value);
    };
    input.addEventListener("input", follow);
    slider.addEventListener("input", () => {
      input.value = String(Number(Number(slider.value).toPrecision(6)));
      follow();
    });
    return {
      control: input,
      box: h("div", { class: "cx-number" }, input, slider),
      read,
      write: (text: string) => {
        input.value = text === "null" ? "" : text;
        follow();
      },
    };
  }

  #checkbox(id: string) {
    const input = h("input", { id, type: "checkbox" });
    const word = h("span", { "aria-hidden": "true" });
    const say = (): void => setText(word, String(input.checked));
    input.addEventListener("input", say);
    return {
      control: input,
      box: h("div", { class: "cx-check" }, input, word),
      read: () => String(input.checked),
      write: (text: string) => {
        input.checked = text === "true";
        say();
      },
    };
  }

  #select(id: string) {
    const { choices, open, name } = this.field;
    const options = choices.map((text) =>
      h("option", { value: text }, text[0] === '"' ? JSON.parse(text) : text),
    );
    if (open) options.push(h("option", { value: OTHER }, t("other…")));
    const select = h("select", { id, class: "cx-field" }, ...options);
    const other = h("input", {
      class: "cx-field",
      type: "text",
      dir: "auto",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": t("{name}, other", { name }),
      hidden: true,
    });
    const follow = (): void => {
      other.hidden = select.value !== OTHER;
    };
    select.addEventListener("input", () => {
      follow();
      if (!other.hidden) other.focus();
    });
    return {
      control: select,
      box: open ? h("div", { class: "cx-number" }, select, other) : select,
      read: () => (select.value === OTHER ? JSON.stringify(other.value) : select.value),
      write: (text: string) => {
        const known = choices.includes(text);
        select.value = known ? text : OTHER;
        if (!known) other.value = JSON.parse(text) as string;
        follow();
      },
    };
  }

  #area(id: string) {
    const area = h("textarea", {
      id,
      class: "cx-field cx-code-input",
      rows: "3",
      spellcheck: "false",
    });
    return {
      control: area,
      box: area,
      read: () => (parse(area.value).ok ? area.value.trim() : null),
      write: (text: string) => {
        area.value = text;
      },
    };
  }
}
