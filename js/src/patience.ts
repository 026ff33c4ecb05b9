/** That the platform was asked and has not answered, and a way to stop waiting. */

import type { Bridge } from "./bridge.ts";
import { h, icon, setText } from "./dom.ts";
import { canHaveFocus, firstIn } from "./focus.ts";
import { ICONS } from "./icons.ts";
import { t } from "./words.ts";

const BEAT = 500;

interface Asked {
  since: number;
  soon: number;
  stop: (() => void) | undefined;
}

export class Patience {
  readonly element = h("div", { class: "cx-banner cx-waiting", hidden: true });
  readonly #bridge: Bridge;
  readonly #asked = new Set<Asked>();
  readonly #word = h("span");
  /** Not spoken: a live region would tell every second. */
  readonly #time = h("span", { class: "cx-waited", "aria-hidden": "true" });
  readonly #stop: HTMLElement;
  /** What had the focus when something was asked last: what asked, mostly. */
  #from: Element | null = null;
  #timer = 0;

  constructor(bridge: Bridge, signal: AbortSignal) {
    this.#bridge = bridge;
    this.#stop = h(
      "button",
      {
        class: "cx-link",
        type: "button",
        onclick: () => {
          for (const one of this.#late()) one.stop?.();
        },
      },
      t("Stop waiting"),
    );
    this.element.append(
      icon(ICONS.waiting, "waiting"),
      this.#word,
      this.#time,
      this.#stop,
    );
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  /**
   * The platform is asked something.
   *
   * @param soon milliseconds after which that is told.
   * @param stop gives the question up, where that is to be offered.
   * @returns to be called when it has ended.
   */
  begin(soon: number, stop?: () => void): () => void {
    const asked = { since: performance.now(), soon, stop };
    this.#asked.add(asked);
    const at = this.#root()?.activeElement;
    if (at && at !== this.#stop) this.#from = at;
    if (this.#asked.size === 1) this.#timer = setInterval(() => this.#show(), BEAT);
    return () => {
      this.#asked.delete(asked);
      if (!this.#asked.size) clearInterval(this.#timer);
      this.#show();
    };
  }

  #show(): void {
    const held = this.#stop.matches(":focus");
    this.#draw();
    // After what waited has heard of it, and its button can be pressed again.
    if (held && !canHaveFocus(this.#stop)) setTimeout(() => this.#handOn());
  }

  #draw(): void {
    const late = this.#late();
    const [oldest] = late;
    // Where the kernel is what does not answer, its own banner says so.
    this.element.hidden = !oldest || this.#bridge.link !== "live";
    if (!oldest || this.element.hidden) return;
    const waited = performance.now() - oldest.since;
    this.#stop.hidden = late.every((one) => !one.stop);
    const address = this.#bridge.platform;
    setText(
      this.#word,
      address
        ? t("Still waiting for the platform at {address}.", { address })
        : t("Still waiting for the platform."),
    );
    setText(this.#time, t("{n} s", { n: Math.round(waited / 1000) }));
  }

  /** The focus goes back to what asked, or to the panel's first button. */
  #handOn(): void {
    const root = this.#root();
    const at = root?.activeElement;
    if (!root || (at && at !== this.#stop)) return;
    const from = this.#from;
    (from && canHaveFocus(from) ? from : firstIn(root))?.focus();
  }

  #root(): ShadowRoot | null {
    const root = this.element.getRootNode();
    return root instanceof ShadowRoot ? root : null;
  }

  /** What has not been answered in time, the oldest first. */
  #late(): Asked[] {
    const now = performance.now();
    return [...this.#asked].filter(({ since, soon }) => now - since >= soon);
  }
}
