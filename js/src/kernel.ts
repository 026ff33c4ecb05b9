/** What can be known of the kernel while nothing is asked of it. */

import type { AnyModel } from "@anywidget/types";
import type { Bridge } from "./bridge.ts";
import { inVoila, inVsCode } from "./hosts.ts";

/** Milliseconds between two questions to a kernel that nobody tells of. */
const REST = 15_000;

/** As JupyterLab has it; no other host promises any of it. */
interface Signal<Value> {
  connect(slot: (sender: unknown, value: Value) => void): void;
  disconnect(slot: (sender: unknown, value: Value) => void): void;
}
interface Kernel {
  statusChanged: Signal<string>;
  connectionStatusChanged: Signal<string>;
  disposed: Signal<unknown>;
}

/** Of a kernel that is no more, or that has forgotten everything. */
const GONE = ["restarting", "autorestarting", "terminating", "dead"];

/**
 * Tell the bridge of its kernel's end, until the signal.
 *
 * JupyterLab and Notebook 7 say at once what happens to a kernel. Elsewhere it is asked
 * when a person comes to the panel, and has not been heard of for a while. So it is in VS
 * Code, whose page has a copy of the kernel that hears of a restart and not of an end, and
 * in Voilà, which hears of no kernel that was shut down.
 */
export function watchKernel(
  model: AnyModel,
  bridge: Bridge,
  host: HTMLElement,
  signal: AbortSignal,
): void {
  const kernel = kernelOf(model);
  if (kernel) follow(kernel, bridge, signal);
  if (!kernel || inVsCode() || inVoila()) askWhenSeen(bridge, host, signal);
}

function kernelOf(model: AnyModel): Kernel | null {
  const { kernel } = (model.widget_manager ?? {}) as { kernel?: Partial<Kernel> };
  const signals = [
    kernel?.statusChanged,
    kernel?.connectionStatusChanged,
    kernel?.disposed,
  ];
  return signals.every((one) => typeof one?.connect === "function")
    ? (kernel as Kernel)
    : null;
}

function follow(kernel: Kernel, bridge: Bridge, signal: AbortSignal): void {
  const changed = (_: unknown, status: string): void => {
    if (GONE.includes(status)) bridge.learn("restarted");
  };
  const ended = (): void => bridge.learn("restarted");
  const connected = (_: unknown, status: string): void => {
    if (status !== "connected") bridge.learn("cut");
    // What was missed meanwhile is asked for; the answer says that all is well.
    else if (bridge.link === "cut") bridge.ask("hello", {}).catch(() => {});
  };
  kernel.statusChanged.connect(changed);
  kernel.connectionStatusChanged.connect(connected);
  kernel.disposed.connect(ended);
  signal.addEventListener("abort", () => {
    kernel.statusChanged.disconnect(changed);
    kernel.connectionStatusChanged.disconnect(connected);
    kernel.disposed.disconnect(ended);
  });
}

function askWhenSeen(bridge: Bridge, host: HTMLElement, signal: AbortSignal): void {
  let asking = false;
  const ask = async (): Promise<void> => {
    const quiet = performance.now() - bridge.heard >= REST;
    if (asking || !quiet || document.visibilityState !== "visible") return;
    // A kernel that is busy for an hour is asked once.
    asking = true;
    await bridge.ask("ping", {}).catch(() => {});
    asking = false;
  };
  for (const name of ["pointerenter", "focusin"])
    host.addEventListener(name, ask, { signal });
  document.addEventListener("visibilitychange", ask, { signal });
}
