/** How each state of a model is shown: a shape, a tone and a word. */

import type { IconName } from "../../icons.ts";

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
