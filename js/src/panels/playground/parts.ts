/** What several views of the playground are made of. */

import { h } from "../../dom.ts";
import { short } from "../../drawing.ts";
import type { Result } from "../../messages.ts";
import { t } from "../../words.ts";

/** The hash of what is no deployed model: the notebook's own function. */
export const LOCAL = "kernel";

/** A failure as one block: what was wrong, the next step, and the model's own words. */
export function faultBlock(error: string, hint: string, detail: string): HTMLElement {
  return h(
    "div",
    { class: "cx-fault" },
    h("p", { class: "cx-fault-reason", dir: "auto" }, error),
    hint ? h("p", { class: "cx-fault-hint", dir: "auto" }, hint) : null,
    detail
      ? h(
          "pre",
          {
            class: "cx-fault-detail",
            tabindex: "0",
            role: "region",
            "aria-label": t("Details"),
          },
          detail,
        )
      : null,
  );
}

/** A model's name; with its hash where another has the same. */
export function label(one: Result, all: Result[]): string {
  const same = all.filter((other) => other.name === one.name).length > 1;
  return same ? `${one.name} (${one.model.slice(0, 8)})` : one.name;
}

/** A number with its sign, as a difference is written. */
export function signed(value: number): string {
  if (value === 0) return "0";
  return value > 0 ? `+${short(value)}` : `−${short(-value)}`;
}
