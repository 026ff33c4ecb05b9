/** What if one field were otherwise: from here to there, as a chart and a table. */

import type { Bridge, Fault } from "../../bridge.ts";
import { formOf, h, setText } from "../../dom.ts";
import type { Field, Point, ToPage } from "../../messages.ts";
import { t } from "../../words.ts";
import { chart, type Line, legend } from "./chart.ts";
import { faultBlock } from "./parts.ts";

const MAX_STEPS = 200;
/** A sweep may wait for many calls; stopping it is the user's choice. */
const PATIENCE = 3_600_000;

export interface SweepOf {
  input: string;
  models: string[];
  script: string;
  names: string[];
}

export class SweepView {
  readonly element: HTMLElement;
  /** Called when a sweep begins. */
  onStart: () => void = () => {};
  readonly #bridge: Bridge;
  readonly #ask: () => SweepOf | null;
  readonly #field = select(t("Field to vary"));
  readonly #output = select(t("Output to show"));
  readonly #low = number(t("From"));
  readonly #high = number(t("To"));
  readonly #steps = number(t("Steps"));
  readonly #run: HTMLButtonElement;
  readonly #progress = h("progress", {
    "aria-label": t("Progress of the sweep"),
    hidden: true,
  });
  readonly #said = h("span", { class: "cx-quiet", role: "status" });
  readonly #result = h("div", { class: "cx-sweep-result" });
  readonly #outputLabel: HTMLElement;
  #fields: Field[] = [];
  #running: AbortController | null = null;
  #tag = "";
  #of: { field: string; now: number; names: string[] } | null = null;
  #points: Point[] = [];
  #fault: HTMLElement | null = null;
  #due = 0;

  constructor(bridge: Bridge, ask: () => SweepOf | null, signal: AbortSignal) {
    this.#bridge = bridge;
    this.#ask = ask;
    this.#run = h("button", { class: "cx-button cx-main", type: "submit" }, t("Sweep"));
    this.#outputLabel = labelled(t("Output"), this.#output);
    this.#outputLabel.hidden = true;
    this.#steps.value = "25";
    this.#field.addEventListener("change", () => this.#suggest());
    this.#output.addEventListener("change", () => this.#draw());
    const form = formOf("cx-sweep-form", () => {
      if (this.#running) this.#running.abort();
      else this.#start();
    });
    form.append(
      labelled(t("Vary"), this.#field),
      labelled(t("From"), this.#low),
      labelled(t("To"), this.#high),
      labelled(t("Steps"), this.#steps),
      this.#run,
      this.#outputLabel,
      this.#progress,
      this.#said,
    );
    this.element = h("div", { class: "cx-sweep" }, form, this.#result);
    bridge.on("swept", (part) => this.#take(part));
    signal.addEventListener("abort", () => {
      this.#running?.abort();
      cancelAnimationFrame(this.#due);
    });
    this.#draw();
  }

  get isEmpty(): boolean {
    return this.#of === null;
  }

  /** The numeric fields as they are now. */
  describe(fields: Field[]): void {
    const before = this.#field.value;
    const names = fields.map((field) => field.name);
    const same = names.join("\0") === this.#fields.map((one) => one.name).join("\0");
    this.#fields = fields;
    if (same) return;
    this.#field.replaceChildren(
      ...names.map((name) => h("option", { value: name }, name)),
    );
    if (names.includes(before)) this.#field.value = before;
    else this.#suggest();
    if (!this.#points.length) this.#draw();
  }

  #suggest(): void {
    const field = this.#fields.find((one) => one.name === this.#field.value);
    const now = Number(field?.text ?? 0);
    const low = field?.low ?? (now > 0 ? 0 : 2 * now || -1);
    const high = field?.high ?? (now < 0 ? 0 : 2 * now || 1);
    this.#low.value = String(Math.min(low, now));
    this.#high.value = String(Math.max(high, now));
  }

  async #start(): Promise<void> {
    const asked = this.#ask();
    const field = this.#fields.find((one) => one.name === this.#field.value);
    if (!asked || !field) {
      setText(this.#said, t("The input is not complete."));
      return;
    }
    const [low, high, steps] = [this.#low, this.#high, this.#steps].map((one) =>
      one.value === "" ? Number.NaN : Number(one.value),
    ) as [number, number, number];
    const wrong = problem(low, high, steps);
    if (wrong) {
      setText(this.#said, wrong);
      return;
    }
    const stop = new AbortController();
    this.#running = stop;
    // What is left of an older sweep is told by its tag.
    this.#tag = Math.random().toString(36).slice(2);
    this.#points = [];
    this.#fault = null;
    this.#of = { field: field.name, now: Number(field.text), names: asked.names };
    this.#busy(true);
    this.onStart();
    setText(this.#said, "");
    this.#draw();
    let said = "";
    try {
      const { input, models, script } = asked;
      const { name, whole } = field;
      const tag = this.#tag;
      const fields = {
        tag,
        input,
        field: name,
        low,
        high,
        steps,
        whole,
        models,
        script,
      };
      await this.#bridge.ask("sweep", fields, {
        timeout: PATIENCE,
        signal: stop.signal,
      });
      said = t("{calls} calls done.", { calls: this.#points.length });
    } catch (error) {
      if ((error as Error).name === "AbortError")
        said = t("Stopped after {calls} calls.", { calls: this.#points.length });
      else {
        const { message, hint } = error as Fault;
        this.#fault = faultBlock(message, hint ?? "", "");
      }
    }
    this.#running = null;
    this.#busy(false);
    setText(this.#said, said);
    this.#later();
  }

  #busy(running: boolean): void {
    setText(this.#run, running ? t("Stop") : t("Sweep"));
    this.#run.classList.toggle("cx-main", !running);
    this.#progress.hidden = !running;
    this.#progress.removeAttribute("value");
  }

  #take({ tag, done, of, points }: ToPage["swept"]): void {
    if (!this.#running || tag !== this.#tag) return;
    this.#points.push(...points);
    this.#progress.max = of;
    this.#progress.value = done;
    this.#later();
  }

  #later(): void {
    cancelAnimationFrame(this.#due);
    this.#due = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const of = this.#of;
    if (!of) {
      const word = this.#fields.length
        ? t("One number varies, everything else stays as it is in the form above.")
        : t("A sweep needs a numeric field, and the input has none.");
      this.#run.disabled = !this.#fields.length;
      this.#result.replaceChildren(h("p", { class: "cx-empty" }, word));
      return;
    }
    this.#run.disabled = false;
    const points = [...this.#points].sort((a, b) => a.at - b.at || a.who - b.who);
    this.#outputs(points);
    const output = this.#output.value;
    const lines = of.names.map((name, who) => line(name, who, points, output));
    const drawable = lines.some((one) => one.points.some(([, y]) => y !== null));
    const failed = points.filter((point) => point.error);
    const parts: Node[] = [];
    if (this.#fault) parts.push(this.#fault);
    else if (failed.length) parts.push(this.#failures(failed, points.length));
    const side = h("div", { class: "cx-sweep-side" });
    if (points.length) side.append(this.#table(points, of.names, of.field, output));
    const figure = h("div", { class: "cx-figure" });
    if (drawable) {
      figure.append(
        h(
          "p",
          { class: "cx-chart-title", dir: "auto" },
          t("{output} over {field}", { output, field: of.field }),
        ),
        legend(lines),
        chart(lines, of.field, output, of.now),
      );
    } else if (points.some((point) => !point.error))
      figure.append(
        h(
          "p",
          { class: "cx-empty" },
          t("This output is not a number: the table shows it."),
        ),
      );
    if (!points.length && !this.#fault)
      figure.append(
        h("p", { class: "cx-empty" }, this.#running ? t("Running…") : t("No answer.")),
      );
    parts.push(h("div", { class: "cx-sweep-parts" }, figure, side));
    this.#result.replaceChildren(...parts);
  }

  /** The outputs there are; the one that was chosen stays so. */
  #outputs(points: Point[]): void {
    const first = points.find((point) => point.outputs.length)?.outputs ?? [];
    const names = first.map((output) => output.name);
    const shown = [...this.#output.options].map((option) => option.value);
    this.#outputLabel.hidden = names.length < 2;
    if (names.join("\0") === shown.join("\0")) return;
    const before = this.#output.value;
    const best = first.find((output) => output.number !== null)?.name ?? names[0] ?? "";
    this.#output.replaceChildren(
      ...names.map((name) => h("option", { value: name }, name)),
    );
    this.#output.value = names.includes(before) ? before : best;
  }

  #failures(failed: Point[], all: number): HTMLElement {
    const [first] = failed;
    const values = failed.slice(0, 5).map((point) => point.value);
    const more = failed.length > 5 ? ", …" : "";
    return faultBlock(
      t("{failed} of {all} calls failed, at {values}.", {
        failed: failed.length,
        all,
        values: values.join(", ") + more,
      }),
      first?.error ?? "",
      "",
    );
  }

  #table(points: Point[], names: string[], field: string, output: string): HTMLElement {
    const rows = new Map<number, HTMLElement[]>();
    const before: string[] = [];
    for (const point of points) {
      const found = point.outputs.find((one) => one.name === output);
      const text = point.error ? t("failed") : (found?.text ?? "—");
      const cells = rows.get(point.at) ?? [
        h("th", { scope: "row" }, String(point.number)),
      ];
      const changed = found?.number == null && (before[point.who] ?? text) !== text;
      before[point.who] = text;
      while (cells.length < point.who + 1) cells.push(h("td", {}, "…"));
      cells.push(
        h(
          "td",
          {
            dir: "auto",
            title: point.error,
            class: point.error ? "cx-failed" : changed ? "cx-differs" : "",
          },
          text,
        ),
      );
      rows.set(point.at, cells);
    }
    const heads = names.length > 1 ? names : [output || t("answer")];
    return h(
      "div",
      {
        class: "cx-scroll",
        tabindex: "0",
        role: "region",
        "aria-label": t("Sweep as a table"),
      },
      h(
        "table",
        { class: "cx-rows" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...[field, ...heads].map((word) =>
              h("th", { scope: "col", dir: "auto" }, word),
            ),
          ),
        ),
        h("tbody", {}, ...[...rows.values()].map((cells) => h("tr", {}, ...cells))),
      ),
    );
  }
}

function line(name: string, who: number, points: Point[], output: string): Line {
  return {
    name,
    points: points
      .filter((point) => point.who === who)
      .map((point) => [
        point.number,
        point.outputs.find((one) => one.name === output)?.number ?? null,
      ]),
  };
}

function problem(low: number, high: number, steps: number): string {
  if (Number.isNaN(low) || Number.isNaN(high)) return t("From and To need a number.");
  if (!(low < high)) return t("From has to be smaller than To.");
  if (!Number.isInteger(steps) || steps < 2 || steps > MAX_STEPS)
    return t("Steps go from 2 to {most}.", { most: MAX_STEPS });
  return "";
}

function labelled(word: string, control: HTMLElement): HTMLElement {
  return h("label", { class: "cx-inline" }, h("span", {}, word), control);
}

function select(label: string): HTMLSelectElement {
  return h("select", { class: "cx-field", "aria-label": label });
}

function number(label: string): HTMLInputElement {
  return h("input", {
    class: "cx-field cx-short",
    type: "number",
    step: "any",
    "aria-label": label,
  });
}
