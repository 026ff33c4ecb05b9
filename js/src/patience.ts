/** That the platform was asked and has not answered, and a way to stop waiting. */

import type { Bridge } from "./bridge.ts";
import { h, icon, setText } from "./dom.ts";
import { ICONS } from "./icons.ts";
import { t } from "./words.ts";

/** Milliseconds that nobody notices. */
const SOON = 2000;
const BEAT = 500;

interface Asked {
  since: number;
  stop: () => void;
}

export class Patience {
  readonly element = h("div", { class: "cx-banner", hidden: true });
  readonly #bridge: Bridge;
  readonly #asked = new Set<Asked>();
  readonly #word = h("span");
  /** Not spoken: a live region would tell every second. */
  readonly #time = h("span", { class: "cx-waited", "aria-hidden": "true" });
  #timer = 0;

  constructor(bridge: Bridge, signal: AbortSignal) {
    this.#bridge = bridge;
    const stop = h(
      "button",
      {
        class: "cx-link",
        type: "button",
        onclick: () => {
          for (const one of [...this.#asked]) one.stop();
        },
      },
      t("Stop waiting"),
    );
    this.element.append(icon(ICONS.waiting, "waiting"), this.#word, this.#time, stop);
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  /**
   * A person asked the platform something.
   *
   * @param stop gives the question up.
   * @returns to be called when it has ended.
   */
  begin(stop: () => void): () => void {
    const asked = { since: performance.now(), stop };
    this.#asked.add(asked);
    if (this.#asked.size === 1) this.#timer = setInterval(() => this.#show(), BEAT);
    return () => {
      this.#asked.delete(asked);
      if (!this.#asked.size) clearInterval(this.#timer);
      this.#show();
    };
  }

  #show(): void {
    const [oldest] = this.#asked;
    const waited = oldest ? performance.now() - oldest.since : 0;
    // Where the kernel is what does not answer, its own banner says so.
    this.element.hidden = waited < SOON || this.#bridge.link !== "live";
    if (this.element.hidden) return;
    const address = this.#bridge.platform;
    setText(
      this.#word,
      address
        ? t("Still waiting for the platform at {address}.", { address })
        : t("Still waiting for the platform."),
    );
    setText(this.#time, t("{n} s", { n: Math.round(waited / 1000) }));
  }
}
