/** Why an answer came out so: what each input added to it, in words, bars and a table. */

import type { Bridge, Fault } from "../../bridge.ts";
import { h, setText } from "../../dom.ts";
import { draw, short } from "../../drawing.ts";
import type { Result, Run, Why } from "../../messages.ts";
import { t } from "../../words.ts";
import { faultBlock, LOCAL, label, signed } from "./parts.ts";

/** As long as the kernel waits for the platform, and a little more. */
const PATIENCE = 250_000;
const BARS = 12;

interface Told {
  error: string;
  hint: string;
  detail: string;
}

type State = AbortController | Told;

export class WhyView {
  readonly element = h("div", { class: "cx-values cx-why" });
  readonly #bridge: Bridge;
  readonly #states = new Map<string, State>();
  readonly #said = h("p", { class: "cx-unseen", role: "status" });
  #run: Run | null = null;

  constructor(bridge: Bridge, signal: AbortSignal) {
    this.#bridge = bridge;
    signal.addEventListener("abort", () => this.#stop());
    this.#draw();
  }

  show(run: Run): void {
    this.#run = run;
    this.#draw();
  }

  /** Explain what can be explained and was not yet. */
  start(): void {
    for (const result of this.#run?.results ?? [])
      if (!result.why && !result.error && result.model !== LOCAL) this.#ask(result);
  }

  #stop(): void {
    for (const state of this.#states.values())
      if (state instanceof AbortController) state.abort();
  }

  async #ask(result: Result): Promise<void> {
    const run = this.#run;
    const key = this.#key(result);
    if (!run || this.#states.get(key) instanceof AbortController) return;
    const stop = new AbortController();
    this.#states.set(key, stop);
    this.#draw();
    try {
      const { result: made } = await this.#bridge.inquire(
        "why",
        { number: run.number, model: result.model },
        { timeout: PATIENCE, signal: stop.signal },
      );
      const told = made as Told;
      if (told.error) this.#states.set(key, told);
      else this.#states.delete(key);
    } catch (error) {
      const { name, message, hint } = error as Fault;
      if (name === "AbortError") this.#states.delete(key);
      else this.#states.set(key, { error: message, hint: hint ?? "", detail: "" });
    }
    if (stop.signal.aborted && !this.element.isConnected) return;
    this.#draw();
    this.#say(result);
  }

  #key(result: Result): string {
    return `${this.#run?.number}/${result.model}`;
  }

  #say(result: Result): void {
    const state = this.#states.get(this.#key(result));
    const now = this.#run?.results.find((one) => one.model === result.model);
    if (state && "error" in state) setText(this.#said, state.error);
    else if (now?.why) setText(this.#said, words(now.why));
  }

  #draw(): void {
    const root = this.element.getRootNode();
    const active = root instanceof ShadowRoot ? root.activeElement : null;
    const within = active?.closest("section") ?? null;
    const place = within && this.element.contains(within) ? within.dataset.of : "";
    const results = this.#run?.results ?? [];
    const sections = results.map((one) => this.#section(one, results));
    const nothing = h(
      "p",
      { class: "cx-empty" },
      t("Predict first: an answer is explained here."),
    );
    this.element.replaceChildren(
      ...(sections.length ? sections : [nothing]),
      this.#said,
    );
    // What was pressed is gone; what came in its place is read from its beginning.
    if (place) sections.find((one) => one.dataset.of === place)?.focus();
  }

  #section(result: Result, results: Result[]): HTMLElement {
    const name = label(result, results);
    const section = h("section", {
      class: "cx-why-of",
      tabindex: "-1",
      "aria-label": t("Why {name} answered so", { name }),
    });
    section.dataset.of = result.model;
    if (results.length > 1)
      section.append(h("p", { class: "cx-of", dir: "auto" }, name));
    section.append(...this.#content(result));
    return section;
  }

  #content(result: Result): Node[] {
    if (result.error) return [quiet(t("This call failed; Answer tells why."))];
    if (result.model === LOCAL)
      return [
        quiet(
          t("A function of the notebook has no get_shap(): it belongs to monitoring."),
        ),
      ];
    if (result.why) return explained(result.why);
    const state = this.#states.get(this.#key(result));
    if (state instanceof AbortController)
      return [
        quiet(t("Explaining this row, in a process of the model's environment…")),
        h(
          "button",
          { class: "cx-button", type: "button", onclick: () => state.abort() },
          t("Cancel"),
        ),
      ];
    const again = h(
      "button",
      { class: "cx-button", type: "button", onclick: () => this.#ask(result) },
      state ? t("Try again") : t("Explain this answer"),
    );
    if (state) return [faultBlock(state.error, state.hint, state.detail), again];
    return [
      quiet(t("get_shap() of the model's monitoring is run on this row.")),
      again,
    ];
  }
}

/** What moved the answer most, as one would say it. */
export function words(why: Why): string {
  const moved = why.parts.filter((part) => part.number);
  if (!moved.length)
    return why.parts.some((part) => part.number === 0)
      ? t("No input moved this answer.")
      : t("{function} gave no number for this row.", { function: why.function });
  const told = moved.slice(0, 3).map(({ name, number }, place) => {
    const values = { name, number: signed(number ?? 0) };
    const most = place === 0 && moved.length > 1;
    if ((number ?? 0) > 0)
      return most
        ? t("{name} pushed it up most ({number})", values)
        : t("{name} pushed it up ({number})", values);
    return most
      ? t("{name} pushed it down most ({number})", values)
      : t("{name} pushed it down ({number})", values);
  });
  return `${told.join(", ")}.${total(why)}`;
}

function total({ base, parts, rest }: Why): string {
  if (base === null) return "";
  const sum = parts.reduce((all, part) => all + (part.number ?? 0), base + rest);
  const values = { base: short(base), sum: short(sum) };
  return ` ${t("Together they move the base value {base} to {sum}.", values)}`;
}

function explained(why: Why): Node[] {
  const shown = why.parts.slice(0, BARS);
  const most = Math.max(...shown.map((part) => Math.abs(part.number ?? 0)), 0);
  const left = why.parts.slice(BARS);
  const count = left.length + why.left;
  const sum = left.reduce((all, part) => all + (part.number ?? 0), why.rest);
  const bars = h(
    "div",
    {
      class: "cx-bars",
      role: "img",
      "aria-label": `${t("Contributions.")} ${words(why)}`,
    },
    ...shown.flatMap((part) => bar(part.name, part.value, part.number, most)),
    ...(count
      ? bar(t("{count} more", { count }), "", sum, Math.max(most, Math.abs(sum)))
      : []),
  );
  return [
    h("p", { class: "cx-why-words", dir: "auto" }, words(why)),
    bars,
    h(
      "details",
      { class: "cx-why-table" },
      h("summary", {}, t("As a table")),
      table(why),
    ),
    quiet(
      why.base === null
        ? t("By {function} of the model's monitoring; it tells no base value.", {
            function: why.function,
          })
        : t("By {function} of the model's monitoring.", { function: why.function }),
    ),
  ];
}

function bar(name: string, value: string, number: number | null, most: number): Node[] {
  const share = most ? (50 * Math.abs(number ?? 0)) / most : 0;
  const up = (number ?? 0) > 0;
  const svg = draw("svg", {
    class: "cx-part",
    viewBox: "0 0 100 10",
    preserveAspectRatio: "none",
  });
  svg.append(
    draw("rect", {
      class: up ? "cx-up" : "cx-down",
      x: up ? 50 : 50 - share,
      y: 1,
      width: share,
      height: 8,
    }),
    draw("line", { class: "cx-zero", x1: 50, x2: 50, y1: 0, y2: 10 }),
  );
  return [
    h(
      "span",
      {
        class: "cx-part-name",
        title: value ? `${name} = ${value}` : name,
        dir: "auto",
      },
      name,
      value ? h("span", { class: "cx-quiet" }, ` ${value}`) : null,
    ),
    svg,
    h(
      "span",
      { class: "cx-part-number" },
      number === null ? t("no number") : signed(number),
    ),
  ];
}

function table(why: Why): HTMLElement {
  const rows = why.parts.map((part) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", dir: "auto" }, part.name),
      h("td", { dir: "auto" }, part.value),
      h(
        "td",
        { class: "cx-number-cell" },
        part.number === null ? t("no number") : signed(part.number),
      ),
    ),
  );
  if (why.left)
    rows.push(
      h(
        "tr",
        {},
        h("th", { scope: "row" }, t("{count} more", { count: why.left })),
        h("td", {}, ""),
        h("td", { class: "cx-number-cell" }, signed(why.rest)),
      ),
    );
  const heads = [t("Input"), t("Value"), t("Contribution")].map((word) =>
    h("th", { scope: "col" }, word),
  );
  return h(
    "div",
    {
      class: "cx-scroll",
      tabindex: "0",
      role: "region",
      "aria-label": t("Contributions as a table"),
    },
    h(
      "table",
      { class: "cx-rows" },
      h("thead", {}, h("tr", {}, ...heads)),
      h("tbody", {}, ...rows),
    ),
  );
}

function quiet(text: string): HTMLElement {
  return h("p", { class: "cx-quiet" }, text);
}
