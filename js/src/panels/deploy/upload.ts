/** A file of the browser's machine to the kernel, in parts, with progress and cancel. */

import type { Bridge, Fault } from "../../bridge.ts";
import { h, setText } from "../../dom.ts";
import { bytes, t } from "../../words.ts";

/** The kernel takes no larger part: a message of 10 MiB would be lost. */
const PART = 4 * 1024 * 1024;
/** A part may wait behind a running cell. */
const PATIENCE = 3_600_000;
let count = 0;

export class Upload {
  readonly element: HTMLElement;
  readonly #bridge: Bridge;
  readonly #done: (path: string) => void;
  readonly #button: HTMLButtonElement;
  readonly #choose: HTMLInputElement;
  readonly #bar = h("progress", { max: "1", value: "0" });
  readonly #word = h("span", { class: "cx-upload-word", role: "status", dir: "auto" });
  readonly #cancel: HTMLButtonElement;
  #running: AbortController | null = null;
  #tag = "";

  /**
   * @param what is uploaded, such as "model file".
   * @param done called with the path that the kernel gave it.
   */
  constructor(bridge: Bridge, what: string, done: (path: string) => void) {
    this.#bridge = bridge;
    this.#done = done;
    this.#choose = h("input", {
      type: "file",
      hidden: true,
      "aria-label": t("Upload the {what}", { what }),
      onchange: () => {
        const file = this.#choose.files?.[0];
        if (file) this.#send(file);
        this.#choose.value = "";
      },
    });
    this.#button = h(
      "button",
      {
        class: "cx-button",
        type: "button",
        "aria-label": t("Upload the {what}…", { what }),
        onclick: () => this.#choose.click(),
      },
      t("Upload…"),
    );
    this.#cancel = h(
      "button",
      {
        class: "cx-button",
        type: "button",
        hidden: true,
        onclick: () => this.#running?.abort(),
      },
      t("Cancel upload"),
    );
    this.#bar.hidden = true;
    this.#bar.setAttribute("aria-label", t("Upload of the {what}", { what }));
    this.element = h(
      "span",
      { class: "cx-upload" },
      this.#choose,
      this.#button,
      this.#bar,
      this.#word,
      this.#cancel,
    );
  }

  /** Stop what is being sent: the view goes away. */
  close(): void {
    this.#running?.abort();
  }

  async #send(file: File): Promise<void> {
    if (this.#tag) this.#bridge.ask("drop", { tag: this.#tag }).catch(() => {});
    const stop = new AbortController();
    this.#running = stop;
    this.#tag = `${Date.now().toString(36)}.${++count}`;
    this.#busy(true);
    let told = "";
    try {
      const path = await this.#parts(file, stop.signal);
      told = t("{name}: {size}, kept while this panel is.", {
        name: file.name,
        size: size(file.size),
      });
      this.#done(path);
    } catch (error) {
      const { name, message, hint } = error as Fault;
      told = name === "AbortError" ? t("Cancelled.") : [message, hint].join(" ").trim();
      this.#bridge.ask("drop", { tag: this.#tag }).catch(() => {});
    }
    this.#running = null;
    this.#busy(false);
    setText(this.#word, told);
  }

  async #parts(file: File, signal: AbortSignal): Promise<string> {
    let at = 0;
    for (;;) {
      const part = await file.slice(at, at + PART).arrayBuffer();
      const fields = { tag: this.#tag, name: file.name, size: file.size, at };
      const options = { buffers: [part], timeout: PATIENCE, signal };
      const { result } = await this.#bridge.ask("put", fields, options);
      at += part.byteLength;
      this.#bar.value = file.size ? at / file.size : 1;
      setText(
        this.#word,
        t("{done} of {all}", { done: size(at), all: size(file.size) }),
      );
      if (result) return String(result);
    }
  }

  #busy(on: boolean): void {
    this.#button.hidden = on;
    this.#bar.hidden = !on;
    this.#bar.value = 0;
    this.#cancel.hidden = !on;
    if (on) this.#cancel.focus();
    else if (!this.#focusElsewhere()) this.#button.focus();
  }

  /** Whether the person went on to another field meanwhile. */
  #focusElsewhere(): boolean {
    const root = this.element.getRootNode() as ShadowRoot;
    return root.activeElement !== null && root.activeElement !== this.#cancel;
  }
}

function size(count: number): string {
  return count < 1024 ? t("{count} bytes", { count }) : bytes(count, 1);
}
