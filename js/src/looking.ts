/** Looking again by itself, while a panel is seen. */

import type { Answer, Bridge } from "./bridge.ts";
import type { FromPage } from "./messages.ts";
import { t } from "./words.ts";

const BEAT = 500;

/** Milliseconds until a question that failed is asked again by itself. */
export const AGAIN = 15_000;

/** Milliseconds after which an answer is missed that nobody asked for. */
const LATE = 5000;

/**
 * Call `look` now and then until the signal, while the host is on the screen.
 *
 * Never while the look before it is under way: a kernel that is busy for an hour would
 * find hundreds of them, and answer each.
 *
 * @param every milliseconds between two looks; asked before each.
 */
export function keepLooking(
  host: HTMLElement,
  signal: AbortSignal,
  every: () => number,
  look: () => Promise<unknown>,
): void {
  let seen = false;
  let looking = false;
  let last = performance.now();
  const watcher = new IntersectionObserver((entries) => {
    seen = entries.at(-1)?.isIntersecting ?? false;
  });
  watcher.observe(host);
  const timer = setInterval(async () => {
    const due = performance.now() - last >= every();
    if (looking || !due || !seen || document.visibilityState !== "visible") return;
    looking = true;
    // What went wrong is told by the panel, or by the frame's banner.
    await look().catch(() => {});
    looking = false;
    last = performance.now();
  }, BEAT);
  signal.addEventListener("abort", () => {
    watcher.disconnect();
    clearInterval(timer);
  });
}

/**
 * Ask the platform what nobody asked for.
 *
 * @param problem where it stands that nothing answers: what is told is not told twice.
 */
export function askUnasked<Name extends keyof FromPage>(
  bridge: Bridge,
  kind: Name,
  fields: FromPage[Name],
  problem: HTMLElement,
): Promise<Answer> {
  return problem.textContent
    ? bridge.ask(kind, fields)
    : bridge.inquire(kind, fields, { soon: LATE });
}

/** Why the newest look failed, and that what is shown is older; "" where it did not. */
export function stale(problem: string): string {
  return problem && `${problem} ${t("What follows is what was there before.")}`;
}
