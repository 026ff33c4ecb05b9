/** Many rows at once: choose a DataFrame or a file, watch, see the first answers. */

import type { Bridge, Fault } from "../../bridge.ts";
import { formOf, h, setText } from "../../dom.ts";
import { Preview } from "../../preview.ts";
import { t } from "../../words.ts";
import { FilesView } from "./files.ts";

interface Table {
  name: string;
  rows: number;
  columns: number;
}

/** The longest that a timer takes: rows take as long as they do. */
const FOREVER = 2 ** 31 - 1;

let count = 0;

export class BatchView {
  readonly element: HTMLElement;
  readonly #bridge: Bridge;
  readonly #script: () => string;
  readonly #names = h("datalist", { id: `cx-tables-${++count}` });
  readonly #source = h("input", {
    class: "cx-field cx-source",
    type: "text",
    list: `cx-tables-${count}`,
    placeholder: t("DataFrame, or path/to/rows.csv"),
    autocomplete: "off",
    spellcheck: "false",
  });
  readonly #keep = h("input", {
    class: "cx-field cx-keep",
    type: "text",
    value: "predictions",
    autocomplete: "off",
    spellcheck: "false",
  });
  readonly #go = h(
    "button",
    { class: "cx-button cx-main", type: "submit" },
    t("Predict all"),
  );
  readonly #cancel = h(
    "button",
    {
      class: "cx-button",
      type: "button",
      hidden: true,
      onclick: () => this.#running?.abort(),
    },
    t("Cancel"),
  );
  readonly #bar = h("progress", { max: "1", value: "0", hidden: true });
  readonly #said = h("span", { class: "cx-quiet", role: "status" });
  readonly #problem = h("p", { class: "cx-problem", role: "alert" });
  readonly #preview = new Preview();
  #running: AbortController | null = null;
  #tag = "";
  /** Called when there is something to show for the first time. */
  onStart = (): void => {};
  isEmpty = true;
  readonly #files: FilesView;
  /** What files the model reads; "" where it answers rows. */
  #reads = "";

  /** @param script gives the hash of what prepares the rows; "" for nothing. */
  constructor(bridge: Bridge, script: () => string) {
    this.#bridge = bridge;
    this.#script = script;
    this.#files = new FilesView(bridge);
    this.#bar.setAttribute("aria-label", t("Rows predicted"));
    const form = formOf("cx-batch-form", () => this.#start());
    form.append(
      h("label", { class: "cx-inline" }, h("span", {}, t("Rows from")), this.#source),
      this.#names,
      h("label", { class: "cx-inline" }, h("span", {}, t("Keep as")), this.#keep),
      this.#go,
      this.#cancel,
    );
    this.element = h(
      "div",
      { class: "cx-batch" },
      form,
      h("div", { class: "cx-batch-line" }, this.#bar, this.#said),
      this.#problem,
      this.#preview.element,
    );
    setText(
      this.#said,
      t("Every row is predicted, and the answers are kept in a variable."),
    );
    bridge.on("batched", ({ tag, done, of }) => {
      if (tag !== this.#tag) return;
      this.#bar.value = of ? done / of : 0;
      setText(this.#said, t("{done} of {of} rows", { done, of }));
    });
    bridge.on("preview", (part) => this.#preview.show(part));
    bridge.on("execution", (now) => {
      this.isEmpty = false;
      this.onStart();
      this.#files.show(now);
    });
  }

  /** Of a model that reads files: one is sent, and its execution followed. */
  readFiles(kind: string, prepare: HTMLElement): void {
    this.#reads = kind;
    this.#source.placeholder = t("DataFrame, or path/to/rows.{kind}", { kind });
    this.#go.before(prepare);
    this.#preview.element.before(this.#files.element);
    if (this.isEmpty)
      setText(
        this.#said,
        t("It reads {kind} files. What is sent goes on without this page.", { kind }),
      );
    this.#busy(false);
  }

  /** Learn which DataFrames there are now. */
  async refresh(): Promise<void> {
    try {
      const { result } = await this.#bridge.ask("tables", {});
      const tables = result as Table[];
      this.#names.replaceChildren(
        ...tables.map(({ name, rows, columns }) =>
          h("option", { value: name }, t("{rows} rows × {columns}", { rows, columns })),
        ),
      );
      if (!this.#source.value && tables.length === 1)
        this.#source.value = tables[0]?.name ?? "";
    } catch {
      // The list only helps: a name or a path can be typed.
    }
  }

  async #start(): Promise<void> {
    if (this.#running) return;
    if (!this.#source.value.trim()) {
      setText(
        this.#problem,
        t("Choose a DataFrame of this notebook, or give a file's path."),
      );
      this.#source.focus();
      return;
    }
    this.isEmpty = false;
    this.onStart();
    this.#tag = crypto.randomUUID?.() ?? String(Math.random());
    this.#running = new AbortController();
    this.#busy(true);
    setText(this.#problem, "");
    setText(this.#said, this.#reads ? t("Sending…") : t("Reading the rows…"));
    try {
      const { result } = await this.#bridge.ask(
        "batch",
        {
          tag: this.#tag,
          source: this.#source.value,
          keep: this.#keep.value,
          script: this.#script(),
        },
        { signal: this.#running.signal, timeout: FOREVER },
      );
      setText(this.#said, this.#reads ? "" : String(result));
    } catch (error) {
      const { name, message, hint } = error as Fault;
      if (name === "AbortError") setText(this.#said, t("Cancelled."));
      else {
        setText(this.#said, "");
        setText(this.#problem, [message, hint].filter(Boolean).join("\n"));
      }
    }
    this.#running = null;
    this.#tag = "";
    this.#busy(false);
  }

  #busy(now: boolean): void {
    this.#go.setAttribute("aria-busy", String(now));
    const words = this.#reads
      ? [t("Sending…"), t("Send")]
      : [t("Predicting…"), t("Predict all")];
    setText(this.#go, words[now ? 0 : 1] ?? "");
    this.#cancel.hidden = !now;
    this.#bar.hidden = !now || this.#reads !== "";
    this.#bar.value = 0;
  }
}
