/** The form's fields: their layout, the draft that they hold, what is wrong with them. */

import type { Bridge } from "../../bridge.ts";
import { Combo } from "../../combo.ts";
import { h } from "../../dom.ts";
import { Entry } from "../../entry.ts";
import type { Draft, ToPage, Trouble } from "../../messages.ts";
import { Segments } from "../../segments.ts";
import { t } from "../../words.ts";
import { Extras } from "./extras.ts";
import { choose, offerVariables, Part } from "./part.ts";
import { Sample } from "./sample.ts";
import { Upload } from "./upload.ts";

type Settled = boolean;

export class Fields {
  readonly element: HTMLElement;
  readonly #bridge: Bridge;
  readonly #changed: (settled: Settled) => void;
  readonly #uploads: Upload[] = [];
  readonly #function: Entry<HTMLSelectElement>;
  readonly #script: Entry<HTMLInputElement>;
  readonly #code: Entry<HTMLTextAreaElement>;
  readonly #reference: Entry<HTMLInputElement>;
  readonly #modelObject: Entry<HTMLSelectElement>;
  readonly #modelFile: Entry<HTMLInputElement>;
  readonly #schemaObject: Entry<HTMLSelectElement>;
  readonly #schemaFile: Entry<HTMLInputElement>;
  readonly #schemaText: Entry<HTMLTextAreaElement>;
  readonly #name: Entry<HTMLInputElement>;
  readonly #group: Entry<HTMLInputElement>;
  readonly #python: Entry<HTMLSelectElement>;
  readonly #input: Entry<HTMLSelectElement>;
  readonly #requirements: Entry<HTMLTextAreaElement>;
  readonly #env: Entry<HTMLInputElement>;
  readonly #extra: Entry<HTMLInputElement>;
  readonly #source: Part;
  readonly #model: Part;
  readonly #schema: Part;
  readonly #operation: Segments;
  readonly #sample = new Sample();
  readonly #extras: Extras;
  readonly #detected: HTMLButtonElement;
  #groups: string[] = [];
  #own: string | null = null;
  #pins = "";

  /** @param changed called at each change; "settled" when a field was left. */
  constructor(bridge: Bridge, changed: (settled: Settled) => void) {
    this.#bridge = bridge;
    this.#changed = changed;
    const now = (): void => changed(true);

    this.#function = new Entry(t("Function to call"), h("select"));
    this.#script = this.#path(t("File that defines it"), t("script file"), [".py"]);
    this.#code = new Entry(
      t("Cell that defines it"),
      h("textarea", {
        class: "cx-code",
        rows: "9",
        spellcheck: "false",
        autocapitalize: "off",
        // Code has a direction of its own, and its lines are lines.
        dir: "ltr",
        wrap: "off",
      }),
      t("run in this kernel when it is tried"),
    );
    this.#reference = new Entry(t("Its function"), text());
    this.#modelObject = new Entry(t("Variable with the model"), h("select"));
    this.#modelFile = this.#path(t("File with the model"), t("model file"), []);
    this.#schemaObject = new Entry(t("Variable with a sample row"), h("select"));
    this.#schemaFile = this.#path(t("File with a sample"), t("sample file"), [
      ".json",
      ".csv",
      ".parquet",
    ]);
    this.#schemaText = new Entry(
      t("Sample row"),
      h("textarea", { rows: "3", spellcheck: "false" }),
      t("JSON, or an expression such as X.head(1)"),
    );
    this.#name = new Entry(t("Name"), text());
    const groups = new Combo(
      t("Groups"),
      async (typed) => this.#groups.filter((name) => name.includes(typed)),
      now,
    );
    this.#group = new Entry(t("Group"), groups.input, "", groups.element);
    this.#python = new Entry("Python", h("select"));
    this.#input = new Entry(
      t("It reads"),
      h(
        "select",
        {},
        h("option", { value: "" }, t("what the sample is")),
        ...["csv", "parquet", "json"].map((kind) => h("option", { value: kind }, kind)),
      ),
    );
    this.#operation = new Segments(
      t("Operation"),
      [
        ["sync", "Sync"],
        ["async", "Async"],
      ],
      () => {
        this.#showOperation();
        now();
      },
    );
    this.#requirements = new Entry(
      t("Requirements"),
      h("textarea", {
        rows: "5",
        spellcheck: "false",
        oninput: () => this.#setOwn(this.#requirements.control.value),
      }),
    );
    this.#detected = h(
      "button",
      {
        class: "cx-link",
        type: "button",
        hidden: true,
        onclick: () => {
          this.#setOwn(null);
          this.#requirements.control.focus();
          now();
        },
      },
      t("Use the detected versions"),
    );
    this.#env = this.#path(t(".env file"), t(".env file"), []);
    this.#extras = new Extras(now);
    this.#extra = this.#addable();

    this.#source = new Part(
      t("Function"),
      [
        ["function", t("Notebook"), [this.#function.element]],
        ["file", t("File"), [this.#script.element, this.#reference.element]],
        ["code", t("Cell"), [this.#code.element, this.#reference.element]],
      ],
      now,
    );
    this.#model = new Part(
      t("Model"),
      [
        ["object", t("Variable"), [this.#modelObject.element]],
        ["file", t("File"), [this.#modelFile.element]],
      ],
      now,
    );
    this.#schema = new Part(
      t("Sample"),
      [
        ["object", t("Variable"), [this.#schemaObject.element]],
        ["file", t("File"), [this.#schemaFile.element]],
        ["text", t("Typed"), [this.#schemaText.element]],
      ],
      now,
      this.#sample.element,
    );
    this.element = this.#layout();
    this.#showOperation();
  }

  get draft(): Draft {
    return {
      name: this.#name.control.value,
      group: this.#group.control.value,
      operation: this.#operation.value,
      input: this.#operation.value === "async" ? this.#input.control.value : "",
      python: this.#python.control.value,
      source: this.#source.value,
      function: this.#function.control.value,
      script: this.#script.control.value,
      code: this.#code.control.value,
      reference: this.#reference.control.value,
      model: this.#model.value,
      model_object: this.#modelObject.control.value,
      model_file: this.#modelFile.control.value,
      schema: this.#schema.value,
      schema_object: this.#schemaObject.control.value,
      schema_file: this.#schemaFile.control.value,
      schema_text: this.#schemaText.control.value,
      requirements: this.#own,
      env: this.#env.control.value,
      extras: this.#extras.paths,
      check: true,
    };
  }

  set draft(draft: Draft) {
    this.#name.control.value = draft.name;
    this.#group.control.value = draft.group;
    this.#operation.value = draft.operation;
    this.#input.control.value = draft.input;
    choose(this.#python.control, draft.python);
    this.#source.value = draft.source;
    choose(this.#function.control, draft.function);
    this.#script.control.value = draft.script;
    this.#code.control.value = draft.code;
    this.#reference.control.value = draft.reference;
    this.#model.value = draft.model;
    choose(this.#modelObject.control, draft.model_object);
    this.#modelFile.control.value = draft.model_file;
    this.#schema.value = draft.schema;
    choose(this.#schemaObject.control, draft.schema_object);
    this.#schemaFile.control.value = draft.schema_file;
    this.#schemaText.control.value = draft.schema_text;
    this.#setOwn(draft.requirements);
    this.#env.control.value = draft.env;
    this.#extras.paths = draft.extras;
    this.#showOperation();
  }

  /** Show what can be chosen now. */
  offer({ variables, groups, pythons, here }: ToPage["offers"]): void {
    offerVariables(this.#function, variables, ["function"]);
    offerVariables(this.#modelObject, variables, ["model", "other"]);
    offerVariables(this.#schemaObject, variables, ["sample"]);
    this.#groups = groups;
    const chosen = this.#python.control.value || here;
    this.#python.control.replaceChildren(
      ...(pythons.length ? pythons : [here]).map((version) =>
        h(
          "option",
          { value: version },
          version === here ? t("{version}, as this kernel", { version }) : version,
        ),
      ),
    );
    choose(this.#python.control, chosen);
    const none = variables.some((one) => one.kinds.includes("function"));
    this.#function.note(
      none
        ? ""
        : t(
            "No function is there yet. Run a cell with def score(data, base_path): it is listed then.",
          ),
    );
  }

  /** Show what was found out about the draft. */
  show(found: ToPage["checked"]): void {
    const wrong = (...fields: string[]): string =>
      found.troubles
        .filter((one) => fields.includes(one.field))
        .map(words)
        .join("\n");
    this.#function.tell(wrong("function"));
    this.#script.tell(wrong("script"));
    this.#code.tell(wrong("code"));
    this.#reference.tell(wrong("reference"));
    // Told where it is seen, and only there.
    const told = (part: Part, place: string, field: string): string =>
      part.value === place ? wrong(field) : "";
    this.#modelObject.tell(told(this.#model, "object", "model"));
    this.#modelFile.tell(told(this.#model, "file", "model"));
    this.#schemaObject.tell(told(this.#schema, "object", "schema"));
    this.#schemaFile.tell(told(this.#schema, "file", "schema"));
    this.#schemaText.tell(told(this.#schema, "text", "schema"));
    this.#name.tell(wrong("name"));
    this.#group.tell(wrong("group"));
    this.#python.tell(wrong("python"));
    this.#requirements.tell(wrong("requirements"));
    this.#env.tell(wrong("env"));
    this.#extra.tell(wrong("extras"));
    this.#name.note(found.update);
    const group = this.#group.control.value.trim();
    const fresh = group !== "" && !wrong("group") && !this.#groups.includes(group);
    this.#group.note(fresh ? t("A new group: it is made with the deployment.") : "");
    this.#env.note(
      found.env
        ? `${found.env} ${t("The values stay in the kernel and the platform.")}`
        : "",
    );
    this.#sample.show(found.sample, found.columns);
    this.#pins = found.detected ?? "";
    if (this.#own === null) this.#requirements.control.value = this.#pins;
    this.#requirements.note(this.#about(found));
  }

  close(): void {
    for (const upload of this.#uploads) upload.close();
  }

  #about({ detected, notices }: ToPage["checked"]): string {
    if (this.#own !== null) return t("As typed here.");
    if (detected === null)
      return t(
        "Detected from what the function, the model and the extra files import.",
      );
    const start = detected
      ? t("Pinned to what this kernel has, for what is imported.")
      : t("Nothing is imported that must be installed.");
    return [start, ...notices].join(" ");
  }

  #setOwn(own: string | null): void {
    this.#own = own;
    this.#requirements.control.value = own ?? this.#pins;
    this.#detected.hidden = own === null;
  }

  #showOperation(): void {
    this.#input.element.hidden = this.#operation.value !== "async";
  }

  #paths(ends: string[]): (text: string) => Promise<string[]> {
    return async (typed) => {
      const { result } = await this.#bridge.ask("paths", { text: typed, ends });
      return result as string[];
    };
  }

  /** A path on the kernel's machine, or an upload to there. */
  #path(label: string, what: string, ends: string[]): Entry<HTMLInputElement> {
    const combo = new Combo(t("Files"), this.#paths(ends), () => this.#changed(true));
    const upload = new Upload(this.#bridge, what, (path) => {
      combo.input.value = path;
      this.#changed(true);
    });
    this.#uploads.push(upload);
    const around = h("div", { class: "cx-path" }, combo.element, upload.element);
    return new Entry(label, combo.input, t("path"), around);
  }

  #addable(): Entry<HTMLInputElement> {
    const combo = new Combo(t("Files"), this.#paths([]), () => {});
    const add = (): void => {
      this.#extras.add(combo.input.value.trim());
      combo.input.value = "";
    };
    combo.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
      // Enter adds the file; it does not deploy.
      event.preventDefault();
      event.stopPropagation();
      if (!event.defaultPrevented || combo.input.value) add();
    });
    const upload = new Upload(this.#bridge, t("extra file"), (path) =>
      this.#extras.add(path),
    );
    this.#uploads.push(upload);
    const button = h(
      "button",
      {
        class: "cx-button",
        type: "button",
        "aria-label": t("Add the extra file"),
        onclick: add,
      },
      t("Add"),
    );
    const around = h(
      "div",
      { class: "cx-path" },
      combo.element,
      button,
      upload.element,
      this.#extras.said,
    );
    return new Entry(t("Add an extra file"), combo.input, t("path"), around);
  }

  #layout(): HTMLElement {
    const operation = h(
      "div",
      { class: "cx-entry" },
      h("span", { class: "cx-entry-name", "aria-hidden": "true" }, t("Operation")),
      this.#operation.element,
      h(
        "span",
        { class: "cx-entry-note" },
        t("Sync answers rows at once; Async reads a file and writes one."),
      ),
    );
    const requirements = this.#requirements.element;
    requirements.append(this.#detected);
    const box = h(
      "div",
      {
        class: "cx-fields",
        oninput: () => this.#changed(false),
        onchange: () => this.#changed(true),
      },
      section(
        t("What to deploy"),
        this.#source.element,
        this.#model.element,
        this.#schema.element,
      ),
      section(
        t("Where it goes"),
        h(
          "div",
          { class: "cx-two" },
          this.#name.element,
          this.#group.element,
          operation,
          this.#python.element,
          this.#input.element,
        ),
      ),
      section(
        t("What goes along"),
        requirements,
        h(
          "div",
          { class: "cx-two" },
          this.#env.element,
          h("div", {}, this.#extra.element, this.#extras.list),
        ),
      ),
    );
    return box;
  }
}

function section(title: string, ...parts: HTMLElement[]): HTMLElement {
  return h("section", { class: "cx-section" }, h("h3", {}, title), ...parts);
}

function text(): HTMLInputElement {
  return h("input", {
    type: "text",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
  });
}

function words({ text: told, detail, hint }: Trouble): string {
  return [told, detail, hint].filter(Boolean).join("\n");
}
