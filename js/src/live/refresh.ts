/** The button that asks the platform once more, and why that gave nothing. */

import { type Bridge, reasonOf } from "../bridge.ts";
import { h, setText } from "../dom.ts";
import { firstIn, keepFocus } from "../focus.ts";
import { AGAIN, keepLooking, stale } from "../looking.ts";
import { t } from "../words.ts";

export class Refresh {
  readonly button: HTMLElement;
  readonly problem = h("div", { class: "cx-problem", role: "alert" });
  readonly #changed: () => void;
  #updated = 0;
  /** Why the newest question failed that was not given up; "" where it was answered. */
  #why = "";

  /** @param changed called when a question failed, or was answered after that. */
  constructor(bridge: Bridge, signal: AbortSignal, changed: () => void) {
    this.#changed = changed;
    const tell = (problem: string): void => this.#tell(problem);
    const ask = (): void => {
      // Told anew when it is found again; what is shown is still what was seen last.
      setText(this.problem, "");
      bridge.inquire("act", { action: "refresh" }).then(
        () => tell(""),
        // One that was given up has found nothing: what was known before stands.
        (error) => tell(reasonOf(error) || this.#why),
      );
    };
    // What is not there is not seen: only where there is a problem it is asked again.
    keepLooking(
      this.problem,
      signal,
      () => AGAIN,
      async () => {
        await bridge.ask("act", { action: "refresh" });
        tell("");
      },
    );
    this.button = h(
      "button",
      { class: "cx-link", type: "button", hidden: true, onclick: ask },
      t("Refresh"),
    );
  }

  /**
   * @param offered whether there is something to ask.
   * @param updated when the platform was heard of last: what is newer settles a problem.
   */
  show(offered: boolean, updated: number): void {
    const hide = (): void => {
      this.button.hidden = !offered;
    };
    const root = this.button.getRootNode();
    if (root instanceof ShadowRoot) keepFocus(root, hide, () => firstIn(root));
    else hide();
    if (updated !== this.#updated) this.#tell("");
    this.#updated = updated;
  }

  /** Whether the newest question failed, and none was answered since. */
  get failed(): boolean {
    return this.#why !== "";
  }

  #tell(problem: string): void {
    this.#why = problem;
    setText(this.problem, stale(problem));
    this.#changed();
  }
}
