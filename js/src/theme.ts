/** Light or dark, told by whoever shows the page, and followed live. */

import { inVsCode } from "./hosts.ts";

const DARK = matchMedia("(prefers-color-scheme: dark)");

function isDark(): boolean {
  const { body, documentElement: root } = document;
  const lab = body.dataset.jpThemeLight;
  if (lab) return lab === "false";
  const code = body.dataset.vscodeThemeKind;
  if (code) return code !== "vscode-light" && code !== "vscode-high-contrast-light";
  if (root.getAttribute("theme") === "dark") return true;
  // Nobody says: what the panel will stand on does. What the system likes best counts only
  // by way of the page, which may be white all the same.
  const page = getComputedStyle(root);
  const grounds = [
    page.getPropertyValue("--jp-layout-color1"),
    getComputedStyle(body).backgroundColor,
    page.backgroundColor,
  ];
  for (const ground of grounds) {
    const light = lightness(ground);
    if (light !== null) return light < 0.5;
  }
  // A page without a colour of its own is white, unless it says that dark is well too.
  return page.colorScheme.includes("dark") && DARK.matches;
}

/** From 0, black, to 1, white; nothing of what is no colour or lets others through. */
function lightness(color: string): number | null {
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  if (!pen || !CSS.supports("color", color)) return null;
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = pen.getImageData(0, 0, 1, 1).data;
  // Weights of the eye, as for television; where the middle lies matters little here.
  if (alpha < 128) return null;
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
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
  const apply = (): void => {
    const now = isDark();
    host.dataset.cxTheme = now ? "dark" : "light";
    changed(now);
  };
  if (inVsCode()) {
    host.dataset.cxHost = "vscode";
    clearGround(signal);
  }
  const watcher = new MutationObserver(apply);
  const filter = ["data-jp-theme-light", "data-vscode-theme-kind", "theme", "class"];
  for (const place of [document.body, document.documentElement])
    watcher.observe(place, { attributes: true, attributeFilter: filter });
  DARK.addEventListener("change", apply, { signal });
  signal.addEventListener("abort", () => watcher.disconnect());
  apply();
}

/** VS Code lays white below every widget, in dark themes too: not below ours. */
function clearGround(signal: AbortSignal): void {
  const style = document.createElement("style");
  style.textContent =
    ".cell-output-ipywidget-background:has([data-cx-theme]) " +
    "{ background: transparent !important }";
  document.head.append(style);
  signal.addEventListener("abort", () => style.remove());
}
