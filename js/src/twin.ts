/**
 * The static twin: an ordinary output beside the live view.
 *
 * A rule in the page's head hides it while a live view is mounted. A rule, not a
 * style on the element: the twin may be drawn later, and is drawn anew with each update.
 */

/** Hide the twin of that id until the signal; each live view brings its own rule. */
export function hideTwin(id: string, signal: AbortSignal): void {
  if (!/^[\w-]+$/.test(id)) return;
  const style = document.createElement("style");
  const twin = `.cx-twin-${id}`;
  // Its row in JupyterLab has a padding of its own.
  style.textContent = `${twin}, .jp-OutputArea-child:has(${twin}) { display: none }`;
  document.head.append(style);
  signal.addEventListener("abort", () => style.remove());
}
