/** `fetch` by way of the kernel: the page itself sends nothing anywhere. */

import { type Bridge, reasonOf } from "../../bridge.ts";
import { t } from "../../words.ts";

/** Jupyter drops messages above 10 MiB without a word; stay well below. */
export const MAX_MIB = 8;
const MIB = 1024 * 1024;

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
 * @throws Error without a name, with the kernel's reason or why it was not sent.
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
  if (body.byteLength > MAX_MIB * MIB)
    throw refusal(
      t(
        "The request has {size} MiB; {most} MiB can go through the notebook. Send it " +
          "from a cell with %codex predict.",
        { size: Math.ceil(body.byteLength / MIB), most: MAX_MIB },
      ),
    );
  try {
    const { result, buffers } = await bridge.inquire(
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
    throw refusal(reasonOf(error) || (error as Error).message);
  }
}

/**
 * What Swagger UI shows as it is: it puts an error's name first where there is one, and
 * reads the message as Markdown.
 */
function refusal(message: string): Error {
  const error = new Error(message.replace(/[\\`*_[\]<>#|~]/g, "\\$&"));
  error.name = "";
  return error;
}
