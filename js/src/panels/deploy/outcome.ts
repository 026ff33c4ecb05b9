/** What one call of the function in the kernel gave: its answer, or why it failed. */

import { type Fault, reasonOf } from "../../bridge.ts";
import { h } from "../../dom.ts";
import { number, t } from "../../words.ts";

interface Trial {
  answer: string;
  printed: string;
  ms: number;
  error: string;
  hint: string;
  detail: string;
}

export class Outcome {
  readonly element = h("div", { class: "cx-outcome", hidden: true, tabindex: "-1" });

  constructor() {
    this.element.setAttribute("role", "region");
    this.element.setAttribute("aria-label", t("Trial"));
  }

  #fault = "";

  clear(): void {
    this.#fault = "";
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  trial(found: Trial): void {
    const took = found.ms < 1000 ? `${Math.round(found.ms)} ms` : seconds(found.ms);
    const printed = found.printed && block(t("It printed"), found.printed);
    if (found.error) {
      this.#bad(t("Nothing was uploaded: it failed in this kernel."), found, printed);
      return;
    }
    this.#show(
      "cx-ok",
      h("p", { class: "cx-outcome-word" }, t("It answers, in {took}.", { took })),
      block(t("Answer"), found.answer),
      printed,
    );
  }

  /** Leave a reason to another place, which goes by itself when it is over. */
  leave(reason: string): void {
    if (this.#fault === reason) this.clear();
  }

  /** Something else went wrong: the kernel's own words. */
  fault(error: Fault): void {
    this.#fault = reasonOf(error);
    const { message, hint } = error;
    this.#bad("", { error: message, hint: hint ?? "", detail: "" }, "");
  }

  #bad(
    head: string,
    { error, hint, detail }: Pick<Trial, "error" | "hint" | "detail">,
    printed: HTMLElement | "",
  ): void {
    this.#show(
      "cx-bad",
      h("p", { class: "cx-outcome-word", dir: "auto" }, error),
      head && h("p", {}, head),
      hint && h("p", { dir: "auto" }, hint),
      detail && block(t("Where"), detail),
      printed,
    );
  }

  #show(tone: string, ...parts: (HTMLElement | "")[]): void {
    this.element.className = `cx-outcome ${tone}`;
    this.element.replaceChildren(...parts.filter((part) => part !== ""));
    this.element.hidden = false;
    this.element.focus();
  }
}

function seconds(ms: number): string {
  return `${number(ms / 1000, 1)} s`;
}

function block(title: string, text: string): HTMLElement {
  return h(
    "div",
    { class: "cx-block" },
    h("h4", {}, title),
    h("pre", { dir: "auto", tabindex: "0", role: "region", "aria-label": title }, text),
  );
}
