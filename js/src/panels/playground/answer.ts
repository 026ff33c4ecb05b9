/** What the model answered: values in a table, or the JSON; two models side by side. */

import type { Bridge } from "../../bridge.ts";
import { h, setText } from "../../dom.ts";
import { short } from "../../drawing.ts";
import type { Result, Run } from "../../messages.ts";
import { Tabs } from "../../tabs.ts";
import { number, t } from "../../words.ts";
import { faultBlock, LOCAL, label, signed } from "./parts.ts";
import { WhyView } from "./why.ts";

/** Milliseconds as people read them. */
export function took(ms: number): string {
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${number(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
}

const WHY = t("Why");

export class AnswerView {
  readonly element: HTMLElement;
  readonly #tabs: Tabs;
  readonly #values = h("div", { class: "cx-values" });
  readonly #raw = h("div", { class: "cx-values" });
  readonly #time = h("span", { class: "cx-time" });
  readonly #prepared = h("p", { class: "cx-quiet cx-prepared", dir: "auto" });
  readonly #note = h("p", { class: "cx-quiet cx-answer-note" });
  readonly #said = h("p", { class: "cx-unseen", role: "status" });

  readonly #why: WhyView;
  readonly #ask = h(
    "button",
    { class: "cx-button cx-ask-why", type: "button", onclick: () => this.#explain() },
    t("Why this answer?"),
  );

  constructor(bridge: Bridge, signal: AbortSignal) {
    this.#why = new WhyView(bridge, signal);
    this.#tabs = new Tabs(t("Answer"), [
      { name: t("Answer"), panel: this.#values },
      { name: "JSON", panel: this.#raw },
      { name: WHY, panel: this.#why.element },
    ]);
    this.element = h(
      "div",
      { class: "cx-answer" },
      h(
        "div",
        { class: "cx-bar" },
        this.#tabs.list,
        h("span", { class: "cx-push" }),
        this.#time,
      ),
      this.#prepared,
      this.#values,
      this.#raw,
      this.#why.element,
      this.#note,
      this.#said,
    );
    this.nothing();
  }

  /** Before the first call. */
  nothing(): void {
    const word = t("Press Predict, or Enter in a field: the answer appears here.");
    this.#values.replaceChildren(h("p", { class: "cx-empty" }, word));
    this.#raw.replaceChildren(h("p", { class: "cx-empty" }, word));
  }

  /** A line under the answer, such as that the values have changed since. */
  note(text: string): void {
    setText(this.#note, text);
    this.element.classList.toggle("cx-stale", text !== "");
  }

  /** The run that is shown was explained meanwhile. */
  explained(run: Run): void {
    this.#why.show(run);
  }

  #explain(): void {
    this.#tabs.show(this.#tabs.at(WHY));
    this.#tabs.focus();
    this.#why.start();
  }

  show(run: Run): void {
    const { results } = run;
    setText(this.#time, results.map((one) => took(one.ms)).join(" · "));
    setText(
      this.#prepared,
      run.prepared ? t("prepared by {name}", { name: run.prepared }) : "",
    );
    const good = results.filter((one) => !one.error);
    const parts: HTMLElement[] = results
      .filter((one) => one.error)
      .map((one) =>
        h(
          "div",
          {},
          results.length > 1
            ? h("p", { class: "cx-of", dir: "auto" }, label(one, results))
            : null,
          faultBlock(one.error, one.hint, one.detail),
        ),
      );
    if (good.length) parts.push(table(good));
    // Only what is deployed can have a get_shap() registered.
    if (good.some((one) => one.model !== LOCAL)) parts.push(this.#ask);
    this.#why.show(run);
    this.#values.replaceChildren(...parts);
    this.#raw.replaceChildren(
      ...results.map((one) =>
        h(
          "div",
          { class: "cx-raw-answer" },
          results.length > 1
            ? h("p", { class: "cx-of", dir: "auto" }, label(one, results))
            : null,
          one.error
            ? h("p", { class: "cx-empty" }, t("This call failed; Answer tells why."))
            : h(
                "pre",
                {
                  class: "cx-json",
                  tabindex: "0",
                  role: "region",
                  "aria-label": t("JSON of {name}", { name: one.name }),
                },
                one.text,
              ),
        ),
      ),
    );
    const words = results.map((one) => one.error || summary(one));
    setText(
      this.#said,
      t("Answer {number}: {words}", {
        number: run.number,
        words: words.join("; "),
      }),
    );
    this.note("");
  }
}

/** An answer in a few words. */
export function summary(result: Result): string {
  if (result.error) return result.error;
  const shown = result.outputs
    .slice(0, 3)
    .map((output) =>
      output.name === "answer"
        ? brief(output.text, output.number)
        : `${output.name} ${brief(output.text, output.number)}`,
    );
  return shown.join(", ") + (result.outputs.length > 3 ? ", …" : "");
}

function brief(text: string, number: number | null): string {
  if (number !== null && text.length > 8) return short(number);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function table(results: Result[]): HTMLElement {
  const two = results.length > 1;
  const names = [...new Set(results.flatMap((one) => one.outputs.map((o) => o.name)))];
  const head = two
    ? h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, t("Output")),
          ...results.map((one) =>
            h("th", { scope: "col", dir: "auto" }, label(one, results)),
          ),
          h("th", { scope: "col", class: "cx-number-cell" }, t("Difference")),
        ),
      )
    : null;
  const rows = names.map((name) => {
    const outputs = results.map((one) => one.outputs.find((o) => o.name === name));
    const cells = outputs.map((output) =>
      h(
        "td",
        { dir: "auto", class: output?.number == null ? "" : "cx-number-cell" },
        output?.text ?? "—",
      ),
    );
    const [a, b] = outputs;
    const apart =
      a?.number != null && b?.number != null
        ? signed(b.number - a.number)
        : a?.text === b?.text
          ? t("same")
          : t("differs");
    const tone = apart === "0" || apart === t("same") ? "" : "cx-differs";
    if (two) cells.push(h("td", { class: `cx-number-cell ${tone}` }, apart));
    return h("tr", {}, h("th", { scope: "row", dir: "auto" }, name), ...cells);
  });
  const full = results.some((one) => one.outputs.length >= 200);
  return h(
    "div",
    {
      class: "cx-scroll",
      tabindex: "0",
      role: "region",
      "aria-label": t("Answer values"),
    },
    h(
      "table",
      { class: `cx-pairs ${two ? "cx-two" : ""}` },
      head,
      h("tbody", {}, ...rows),
    ),
    full
      ? h("p", { class: "cx-quiet" }, t("The first 200 values; JSON has all."))
      : null,
  );
}
