/** How each state of a model is shown: a shape, a tone and a word. */

import { icon } from "./dom.ts";
import { ICONS, type IconName } from "./icons.ts";

export interface Look {
  icon: IconName;
  tone: "ok" | "busy" | "warn" | "bad" | "off";
  word: string;
}

const LOOKS: Record<string, Look> = {
  Uploading: { icon: "busy", tone: "busy", word: "Uploading" },
  "Not uploaded": { icon: "failed", tone: "bad", word: "Not uploaded" },
  Ready: { icon: "waiting", tone: "busy", word: "Ready" },
  Building: { icon: "busy", tone: "busy", word: "Building" },
  Recovering: { icon: "busy", tone: "busy", word: "Recovering" },
  Requested: { icon: "waiting", tone: "busy", word: "Waiting" },
  Running: { icon: "busy", tone: "busy", word: "Running" },
  Succeeded: { icon: "done", tone: "ok", word: "Succeeded" },
  Deployed: { icon: "done", tone: "ok", word: "Deployed" },
  Failed: { icon: "failed", tone: "bad", word: "Failed" },
  FailedRecovery: { icon: "failed", tone: "bad", word: "Failed to recover" },
  Disabled: { icon: "paused", tone: "off", word: "Disabled" },
  DisabledRecovery: { icon: "paused", tone: "off", word: "Disabled" },
  DisabledFailed: { icon: "failed", tone: "bad", word: "Disabled, failed" },
  Deleted: { icon: "gone", tone: "off", word: "Deleted" },
};

export function lookOf(state: string): Look {
  return LOOKS[state] ?? { icon: "waiting", tone: "off", word: state };
}

/** Show a state as a badge; a badge that shows it already is left alone. */
export function showBadge(badge: HTMLElement, state: string): void {
  if (badge.dataset.state === state) return;
  badge.dataset.state = state;
  const look = lookOf(state);
  badge.className = `cx-badge cx-${look.tone}`;
  badge.replaceChildren(icon(ICONS[look.icon], look.icon), look.word);
}
