/** The calls made so far: load one back, or run it again. */

import { h } from "../../dom.ts";
import { oneLine, parse } from "../../json_text.ts";
import type { Run } from "../../messages.ts";
import { clock, t } from "../../words.ts";
import { summary, took } from "./answer.ts";

export class HistoryView {
  readonly element = h("div", { class: "cx-history" });
  readonly #load: (run: Run) => void;
  readonly #again: (run: Run) => void;
  readonly #runs = new Map<number, Run>();
  #sample = new Map<string, string>();

  constructor(load: (run: Run) => void, again: (run: Run) => void) {
    this.#load = load;
    this.#again = again;
    this.#draw();
  }

  /** The sample that a run's changes are told against. */
  describe(sample: string): void {
    this.#sample = members(sample);
    this.#draw();
  }

  /** Keep the newest calls, as the kernel does. */
  add(runs: Run[]): void {
    for (const run of runs) this.#runs.set(run.number, run);
    const old = [...this.#runs.keys()].sort((a, b) => b - a).slice(40);
    for (const number of old) this.#runs.delete(number);
    this.#draw();
  }

  last(): Run | undefined {
    return this.#newestFirst()[0];
  }

  get(number: number): Run | undefined {
    return this.#runs.get(number);
  }

  #newestFirst(): Run[] {
    return [...this.#runs.values()].sort((a, b) => b.number - a.number);
  }

  #draw(): void {
    const runs = this.#newestFirst();
    if (!runs.length) {
      const word = t(
        "No call was made yet. Each one is kept here while the kernel runs.",
      );
      this.element.replaceChildren(h("p", { class: "cx-empty" }, word));
      return;
    }
    this.element.replaceChildren(
      h(
        "div",
        { class: "cx-scroll", tabindex: "0", role: "region", "aria-label": t("Calls") },
        h(
          "table",
          { class: "cx-rows" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ...[
                t("No."),
                t("Time"),
                t("Changed from the sample"),
                t("Answer"),
                t("Took"),
              ].map((word) => h("th", { scope: "col" }, word)),
              h(
                "th",
                { scope: "col" },
                h("span", { class: "cx-unseen" }, t("Actions")),
              ),
            ),
          ),
          h("tbody", {}, ...runs.map((run) => this.#row(run))),
        ),
      ),
    );
  }

  #row(run: Run): HTMLElement {
    const failed = run.results.some((one) => one.error);
    const button = (word: string, act: () => void): HTMLElement =>
      h(
        "button",
        {
          class: "cx-link",
          type: "button",
          "aria-label": t("{word} call {number}", { word, number: run.number }),
          onclick: act,
        },
        word,
      );
    const changes = this.#changes(run.input);
    return h(
      "tr",
      {},
      h("td", { class: "cx-number-cell" }, String(run.number)),
      h("td", {}, clock(run.at)),
      h("td", { class: "cx-cut", dir: "auto", title: changes }, changes),
      h(
        "td",
        { class: `cx-cut ${failed ? "cx-failed" : ""}`, dir: "auto" },
        run.results.map(summary).join(" | "),
      ),
      h(
        "td",
        { class: "cx-number-cell" },
        run.results.map((one) => took(one.ms)).join(" | "),
      ),
      h(
        "td",
        { class: "cx-act" },
        button(t("Load"), () => this.#load(run)),
        button(t("Run again"), () => this.#again(run)),
      ),
    );
  }

  #changes(input: string): string {
    const now = members(input);
    if (!now.size) return oneLine(input).slice(0, 200);
    const parts: string[] = [];
    for (const [name, text] of now)
      if (this.#sample.get(name) !== text) parts.push(`${name} ${oneLine(text)}`);
    for (const name of this.#sample.keys())
      if (!now.has(name)) parts.push(t("no {name}", { name }));
    return parts.length ? parts.join(", ").slice(0, 300) : t("the sample itself");
  }
}

function members(text: string): Map<string, string> {
  const found = parse(text);
  return new Map(
    ((found.ok && found.members) || []).map((one) => [one.name, one.text.trim()]),
  );
}
