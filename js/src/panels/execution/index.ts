/** The execution panel: one run. */

import { openFrame } from "../../frame.ts";
import live from "../../live/live.css";
import type { Mount } from "../../loaders/loader.ts";
import preview from "../../preview.css";
import css from "./execution.css";
import { executionView } from "./view.ts";

export function mount(at: Mount): () => void {
  const frame = openFrame(at, live + preview + css);
  const { bridge, box, signal } = frame;
  const view = executionView(bridge, box, signal, () => frame.filled());
  bridge.replay(at.early);
  if (!view.filled()) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}
