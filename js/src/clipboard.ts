/** Copying, also where a page has no clipboard of its own. */

import { t } from "./words.ts";

/**
 * Copy an element's text; without a clipboard, select it for the person to copy.
 *
 * @returns what to tell the person.
 */
export async function copy(element: Element): Promise<string> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return t("Copied.");
  } catch {
    // Pages without https have none.
    const root = element.getRootNode() as ShadowRoot & {
      getSelection?: () => Selection | null;
    };
    (root.getSelection?.() ?? getSelection())?.selectAllChildren(element);
    return t("Selected: press Ctrl+C or ⌘C.");
  }
}
