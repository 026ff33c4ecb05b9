/** The steps of a deployment in a row, with measured times and one running clock. */

import { h, icon, setText } from "../../dom.ts";
import { ICONS, type IconName } from "../../icons.ts";
import type { Step } from "../../messages.ts";
import { number, t } from "../../words.ts";

const SHAPE: Record<string, IconName> = {
  pending: "waiting",
  running: "busy",
  done: "done",
  failed: "failed",
};
const TONE: Record<string, string> = { running: "busy", done: "ok", failed: "bad" };
const WORD: Record<string, string> = {
  pending: t("not yet"),
  running: t("running"),
  done: t("done"),
  failed: t("failed"),
  unknown: t("not known"),
};

/** What the kernel's steps are called here. */
const NAMES: Record<string, string> = {
  Ready: t("Ready"),
  Resolve: t("Resolve"),
  Install: t("Install"),
  Start: t("Start"),
  Test: t("Test"),
  Deployed: t("Deployed"),
};

/** Seconds as people read them: 20 ms, 0.3 s, 12 s, 2 min 5 s. */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.095) return `${Math.ceil(seconds * 1000)} ms`;
  if (seconds < 10) return `${number(seconds, 1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

export class Steps {
  readonly element = h("ol", { class: "cx-steps", "aria-label": t("Steps") });
  #clock: HTMLElement | null = null;
  #since = 0;
  #usual: number | null = null;
  #shown = "";

  constructor(signal: AbortSignal) {
    const timer = setInterval(() => this.#tick(), 200);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** @param running seconds that the running step has taken so far, or null. */
  show(steps: Step[], running: number | null): void {
    this.#since = performance.now() - (running ?? 0) * 1000;
    const now = JSON.stringify(steps);
    if (now !== this.#shown) {
      this.#shown = now;
      this.#clock = null;
      this.element.replaceChildren(...steps.map((step) => this.#item(step)));
    }
    this.#tick();
  }

  #item(step: Step): HTMLElement {
    const shape = SHAPE[step.progress] ?? "waiting";
    const time = h("span", { class: "cx-step-time" });
    if (step.progress === "running") {
      // The clock would have a screen reader speak five times a second.
      time.setAttribute("aria-hidden", "true");
      this.#clock = time;
      this.#usual = step.usual;
    } else if (step.seconds !== null) time.textContent = duration(step.seconds);
    else if (step.progress === "pending" && step.usual !== null)
      time.textContent = t("about {time}", { time: duration(step.usual) });
    const tone = TONE[step.progress];
    return h(
      "li",
      {
        class: `cx-step cx-is-${step.progress} ${tone ? `cx-${tone}` : ""}`,
        title: step.note,
      },
      h(
        "span",
        { class: "cx-step-mark" },
        icon(ICONS[shape], shape) as unknown as Node,
      ),
      h("span", { class: "cx-step-name" }, NAMES[step.name] ?? step.name),
      h("span", { class: "cx-unseen" }, `: ${WORD[step.progress] ?? step.progress} `),
      time,
    );
  }

  #tick(): void {
    if (!this.#clock) return;
    const took = duration(Math.max(0.1, this.#spent()));
    // What takes no time to speak of, or longer than usual, has no end in sight.
    const usual = this.#usual ?? 0;
    const ahead = usual >= 1 && this.#spent() < usual;
    const time = duration(usual);
    setText(this.#clock, ahead ? t("{took} of about {time}", { took, time }) : took);
  }

  #spent(): number {
    return (performance.now() - this.#since) / 1000;
  }
}
