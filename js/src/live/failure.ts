/** Why something failed: the reason first, its details below. */

import { h, setText } from "../dom.ts";
import { t } from "../words.ts";

export class Failure {
  readonly element = h("div", { class: "cx-failure", role: "alert", hidden: true });
  readonly #reason = h("p", { class: "cx-reason", dir: "auto" });
  readonly #detail = h("pre", {
    class: "cx-detail",
    tabindex: "0",
    role: "region",
    "aria-label": t("Details of the failure"),
  });

  constructor() {
    this.element.append(this.#reason, this.#detail);
  }

  /** @param reason empty when nothing failed. */
  show(reason: string, detail: string): void {
    this.element.hidden = !reason;
    setText(this.#reason, reason);
    setText(this.#detail, detail);
    this.#detail.hidden = !detail;
  }
}
