/** The line that tells how something goes, and what to do where that is not known. */

import { h } from "../dom.ts";

/**
 * The text of such a line; one that is taller than its place is scrolled, by key too.
 *
 * @param signal ends the watch over its height.
 */
export function lineText(signal: AbortSignal): HTMLElement {
  const text = h("p", { class: "cx-line-text" });
  const watch = new ResizeObserver(() => {
    const taller = text.scrollHeight > text.clientHeight + 1;
    const scrolls = taller && getComputedStyle(text).overflowY === "auto";
    if (scrolls) text.tabIndex = 0;
    // What has the focus keeps it.
    else if (!text.matches(":focus")) text.removeAttribute("tabindex");
  });
  watch.observe(text);
  signal.addEventListener("abort", () => watch.disconnect());
  return text;
}
