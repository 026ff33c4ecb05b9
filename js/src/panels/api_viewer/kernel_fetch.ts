/** `fetch` by way of the kernel: the page itself sends nothing anywhere. */

import { type Bridge, Fault } from "../../bridge.ts";

/** Jupyter drops messages above 10 MiB without a word; stay well below. */
export const MAX_BODY = 8 * 1024 * 1024;

interface Relayed {
  status: number;
  reason: string;
  headers: [string, string][];
  /** What to type where the token was refused; "" elsewhere. */
  hint: string;
}

const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * Send a request through the kernel and give its answer as a real `Response`.
 *
 * @param refused called with each answer's hint: what to type where the token was
 *   refused, "" where it was not.
 * @throws TypeError, as `fetch` does, with the kernel's reason; an AbortError when
 *   the signal was aborted.
 */
export async function kernelFetch(
  bridge: Bridge,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  refused: (hint: string) => void,
): Promise<Response> {
  // A Request turns any kind of body (form, file, text) into bytes, with the header
  // that says how they are written.
  const request = new Request(url, {
    method: init.method ?? "GET",
    headers: init.headers ?? {},
    body: init.body ?? null,
  });
  const body = await request.arrayBuffer();
  if (body.byteLength > MAX_BODY)
    throw new TypeError(
      `The request has ${Math.ceil(body.byteLength / 1048576)} MiB; 8 MiB can go ` +
        "through the notebook. Send it from a cell with %codex predict.",
    );
  try {
    const { result, buffers } = await bridge.ask(
      "request",
      {
        method: request.method,
        url: request.url,
        headers: [...request.headers].map(([name, value]) => ({ name, value })),
      },
      { buffers: [body], signal, timeout: 300_000 },
    );
    const { status, reason, headers, hint } = result as Relayed;
    refused(hint);
    const part = buffers[0];
    const bytes = part && new Uint8Array(part.byteLength);
    if (part && bytes)
      bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    return new Response(WITHOUT_BODY.has(status) ? null : (bytes ?? null), {
      status,
      statusText: reason,
      headers,
    });
  } catch (error) {
    if (error instanceof Fault)
      throw new TypeError([error.message, error.hint].filter(Boolean).join(" "));
    throw error;
  }
}
