/** How each state of a model is shown: a shape, a tone and a word. */

import { icon } from "./dom.ts";
import { ICONS, type IconName } from "./icons.ts";
import { t } from "./words.ts";

const MOST = 30;

export interface Look {
  icon: IconName;
  tone: "ok" | "busy" | "warn" | "bad" | "off";
  word: string;
}

const LOOKS: Record<string, Look> = {
  Uploading: { icon: "busy", tone: "busy", word: t("Uploading") },
  "Not uploaded": { icon: "failed", tone: "bad", word: t("Not uploaded") },
  Ready: { icon: "waiting", tone: "busy", word: t("Ready") },
  Building: { icon: "busy", tone: "busy", word: t("Building") },
  Recovering: { icon: "busy", tone: "busy", word: t("Recovering") },
  Requested: { icon: "waiting", tone: "busy", word: t("Waiting") },
  Running: { icon: "busy", tone: "busy", word: t("Running") },
  Succeeded: { icon: "done", tone: "ok", word: t("Succeeded") },
  Deployed: { icon: "done", tone: "ok", word: t("Deployed") },
  Failed: { icon: "failed", tone: "bad", word: t("Failed") },
  FailedRecovery: { icon: "failed", tone: "bad", word: t("Failed to recover") },
  Disabled: { icon: "paused", tone: "off", word: t("Disabled") },
  DisabledRecovery: { icon: "paused", tone: "off", word: t("Disabled") },
  DisabledFailed: { icon: "failed", tone: "bad", word: t("Disabled, failed") },
  Deleted: { icon: "gone", tone: "off", word: t("Deleted") },
};

/** What no platform of ours says is shown as it is, as far as a badge has room. */
export function lookOf(state: string): Look {
  const known = LOOKS[state];
  if (known) return known;
  const word = state.length > MOST ? `${state.slice(0, MOST - 1)}…` : state;
  return { icon: "waiting", tone: "off", word };
}

/** Whether a link says that nobody knows what happens now. */
export function isAway(link: string): boolean {
  return link === "waiting" || link === "lost";
}

function seenLast(state: string): Look {
  const word = t("Last seen: {state}", { state: lookOf(state).word });
  return { icon: "waiting", tone: "off", word };
}

/**
 * Show a state as a badge; a badge that shows it already is left alone.
 *
 * @param past it is what was seen last: the platform is lost, and may have gone on.
 */
export function showBadge(badge: HTMLElement, state: string, past = false): void {
  const shown = past ? `${state}?` : state;
  if (badge.dataset.state === shown) return;
  badge.dataset.state = shown;
  const look = past ? seenLast(state) : lookOf(state);
  badge.className = `cx-badge cx-${look.tone}`;
  badge.replaceChildren(icon(ICONS[look.icon], look.icon), look.word);
}
