/** The frame that all panels share: host, shadow root, theme, twin, kernel banner. */

import { Bridge, type Link } from "./bridge.ts";
import { h, icon, setText } from "./dom.ts";
import { inVoila } from "./hosts.ts";
import { ICONS } from "./icons.ts";
import { watchKernel } from "./kernel.ts";
import type { Mount } from "./loaders/loader.ts";
import { Patience } from "./patience.ts";
import { followTheme } from "./theme.ts";
import tokens from "./tokens.css";
import { hideTwin } from "./twin.ts";
import { LANGUAGE, t } from "./words.ts";

export interface Frame {
  bridge: Bridge;
  /** Where the panel's own parts go. */
  box: HTMLElement;
  host: HTMLElement;
  root: ShadowRoot;
  /** Aborted when the view goes away; every listener and timer takes it. */
  signal: AbortSignal;
  /** That the platform is waited for; a tall panel takes it to where that is asked. */
  waiting: HTMLElement;
  /** The panel has something to show: it takes the place of the static twin. */
  filled(): void;
  close(): void;
}

function wordsOf(link: Link): string {
  switch (link) {
    case "live":
      return "";
    case "cut":
      return t(
        "This page has lost its connection to Jupyter. It tries to connect again by " +
          "itself; what runs in the kernel goes on.",
      );
    case "silent":
      return inVoila()
        ? t(
            "The kernel does not answer. It is busy, and what was asked here happens " +
              "later; or it was shut down: then reload this page.",
          )
        : t(
            "The kernel does not answer. It is busy with a cell, and what was asked here " +
              "happens when that cell ends; or the kernel was restarted: then run this " +
              "cell again.",
          );
    case "restarted":
      return inVoila()
        ? t("The kernel was shut down: reload this page.")
        : t("The kernel was restarted or shut down: run this cell again.");
  }
}

const OFFLINE = t(
  "This browser has no network, so nothing reaches the kernel. What runs goes on; try " +
    "again when the network is back.",
);

/** Open a panel's frame; its styles reach nothing outside, and nothing gets in. */
export function openFrame(
  { model, el }: Mount,
  css: string,
  themed?: (dark: boolean, host: HTMLElement) => void,
): Frame {
  const controller = new AbortController();
  const { signal } = controller;
  const bridge = new Bridge(model);
  const host = h("div", { lang: LANGUAGE });
  // Without it, JupyterLab takes keys typed in here as its own shortcuts.
  host.dataset.lmSuppressShortcuts = "true";
  const root = host.attachShadow({ mode: "open" });
  // JupyterLab swallows line breaks typed anywhere in a cell while it waits whether a key
  // becomes a shortcut; what is typed in here is none of its business.
  root.addEventListener("beforeinput", (event) => event.stopPropagation());
  root.addEventListener("keydown", (event) => keepKey(event as KeyboardEvent));
  const word = h("span");
  const banner = h("div", { class: "cx-banner cx-warn", hidden: true });
  banner.append(icon(ICONS.warn, "warn"), word);
  const box = h("section", { class: "cx-frame cx-unfilled" });
  // Live regions must be in the page before their text changes.
  const patience = new Patience(bridge, signal);
  bridge.onInquiry = (soon, stop) => patience.begin(soon, stop);
  const asked = h("div", { role: "status" }, patience.element);
  box.append(h("div", { role: "status" }, banner), asked);
  root.append(h("style", {}, tokens + css), box);
  followTheme(host, signal, (dark) => themed?.(dark, host));
  el.append(host);
  const filled = (): void => {
    if (!box.classList.contains("cx-unfilled")) return;
    box.classList.remove("cx-unfilled");
    // Below everything: where it comes, nothing moves from under a pointer.
    box.append(asked);
    hideTwin(String(model.get("_cx_twin") ?? ""), signal);
  };
  bridge.onLink = (link) => {
    const offline = !navigator.onLine && link !== "restarted";
    setText(word, link !== "live" && offline ? OFFLINE : wordsOf(link));
    banner.hidden = link === "live";
  };
  watchKernel(model, bridge, host, signal);
  const close = (): void => {
    controller.abort();
    bridge.close();
    host.remove();
  };
  const waiting = patience.element;
  return { bridge, box, host, root, signal, waiting, filled, close };
}

/**
 * Keep what is typed in a panel from the page's own shortcuts.
 *
 * VS Code takes keys for commands (Delete deletes the cell) unless it sees an input with
 * the focus, and it does not see the focus move inside a shadow root. What is pressed
 * together with Ctrl, Alt or ⌘ stays its own, and the way out.
 */
function keepKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(Escape|Tab|F\d+)$/.test(event.key)) return;
  event.stopPropagation();
}
