/** The status panel: where a deployment stands, live. */

import { openFrame } from "../../frame.ts";
import live from "../../live/live.css";
import type { Mount } from "../../loaders/loader.ts";
import css from "./status.css";
import { statusView } from "./view.ts";

export function mount(at: Mount): () => void {
  const frame = openFrame(at, live + css);
  const { bridge, box, signal } = frame;
  const view = statusView(bridge, box, signal, () => frame.filled());
  bridge.replay(at.early);
  if (!view.filled()) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}
