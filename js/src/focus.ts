/** The focus, where what has it is hidden or disabled. */

/** Whether an element can have the focus: it is there, seen and enabled. */
export function canHaveFocus(element: Element): element is HTMLElement {
  return !element.matches(":disabled") && element.getClientRects().length > 0;
}

/** What can have the focus first in a panel. */
export function firstIn(root: ShadowRoot): HTMLElement | undefined {
  const all = root.querySelectorAll<HTMLElement>("button, select, input");
  return [...all].find(canHaveFocus);
}

/**
 * Change what is shown, and hand the focus on where what has it cannot have it any more.
 *
 * Left alone it falls to the page, whose next key is a command of the notebook.
 */
export function keepFocus(
  root: ShadowRoot,
  change: () => void,
  next: () => HTMLElement | undefined,
): void {
  const at = root.activeElement;
  change();
  if (at && !canHaveFocus(at)) next()?.focus();
}
