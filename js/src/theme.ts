/** Light or dark, told by whoever shows the page, and followed live. */

function isDark(dark: MediaQueryList): boolean {
  const { body, documentElement: root } = document;
  const lab = body.dataset.jpThemeLight;
  if (lab) return lab === "false";
  const code = body.dataset.vscodeThemeKind;
  if (code) return code !== "vscode-light" && code !== "vscode-high-contrast-light";
  if (root.getAttribute("theme") === "dark") return true;
  return dark.matches;
}

/**
 * Keep `data-cx-theme` of the host equal to the page's theme, until the signal.
 *
 * @param changed also called with each change, and once at the start.
 */
export function followTheme(
  host: HTMLElement,
  signal: AbortSignal,
  changed: (dark: boolean) => void = () => {},
): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const now = isDark(dark);
    host.dataset.cxTheme = now ? "dark" : "light";
    changed(now);
  };
  const watcher = new MutationObserver(apply);
  const filter = ["data-jp-theme-light", "data-vscode-theme-kind", "theme"];
  for (const place of [document.body, document.documentElement])
    watcher.observe(place, { attributes: true, attributeFilter: filter });
  dark.addEventListener("change", apply, { signal });
  signal.addEventListener("abort", () => watcher.disconnect());
  apply();
}
