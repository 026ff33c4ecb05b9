/**
 * Requests to the kernel and messages from it.
 *
 * Every request has an id and ends in a result or an error: the kernel's answer, a
 * time limit, a cancel, or the panel going away. The kernel acknowledges a request as
 * soon as it sees it, so that silence is told apart from a long answer.
 */

import type { AnyModel } from "@anywidget/types";
import type { Arrival, FromPage, Incoming, ToPage } from "./messages.ts";
import { t } from "./words.ts";

/** The kernel's own words for what went wrong. */
export class Fault extends Error {
  constructor(
    message: string,
    readonly hint = "",
  ) {
    super(message);
    this.name = "Fault";
  }
}

/** What went wrong and what to do, as one text; "" for what was cancelled. */
export function reasonOf(error: unknown): string {
  const { name, message, hint } = error as Fault;
  return name === "AbortError" ? "" : [message, hint].filter(Boolean).join(" ");
}

export interface Answer {
  result: unknown;
  buffers: DataView[];
}

export interface Options {
  buffers?: ArrayBuffer[];
  /** Milliseconds until the request counts as failed. */
  timeout?: number;
  signal?: AbortSignal | undefined;
}

/** What the platform has to answer. */
export interface Inquiry extends Options {
  /** Milliseconds after which the frame tells that it is waited for. */
  soon?: number;
  /** What was begun goes on whoever waits: giving it up is not offered. */
  begun?: boolean;
}

/**
 * Whether the kernel answers: "silent" may be a busy kernel, "cut" is the page's own
 * connection, and "restarted" is certain.
 */
export type Link = "live" | "silent" | "cut" | "restarted";

interface Waiting {
  done(answer: Answer): void;
  fail(error: Error): void;
  hush(): void;
}

const SILENCE = 2000;
/** Milliseconds that nobody notices. */
const SOON = 2000;
const TIMEOUT = 120_000;

type Listener = (message: Incoming, buffers: DataView[]) => void;

export class Bridge {
  readonly #model: AnyModel;
  readonly #prefix = Math.random().toString(36).slice(2, 10);
  readonly #waiting = new Map<string, Waiting>();
  readonly #listeners = new Set<Listener>();
  #count = 0;
  #link: Link = "live";
  #over = false;
  /** When the kernel was heard of last, by the page's own clock. */
  heard = performance.now();
  /** Address of the platform that the kernel asks; "" where nobody said. */
  platform = "";
  /**
   * Called when the platform is asked something, with a way to give that up where the
   * frame is to offer one; gives what ends it.
   */
  onInquiry: (soon: number, stop?: () => void) => () => void = () => () => {};
  /** Called when the kernel falls silent, answers again, or is gone for good. */
  onLink: (link: Link) => void = () => {};

  constructor(model: AnyModel) {
    this.#model = model;
    model.on("msg:custom", this.#receive);
    model.on("comm_live_update", this.#commChanged);
  }

  get link(): Link {
    return this.#link;
  }

  /** What Jupyter itself says of the kernel; its end is believed for good. */
  learn(link: "cut" | "restarted"): void {
    this.#setLink(link);
    this.#over ||= link === "restarted";
  }

  /** Call back for each message of that kind; messages of other kinds are ignored. */
  on<Name extends keyof ToPage>(
    kind: Name,
    callback: (message: ToPage[Name], buffers: DataView[]) => void,
  ): void {
    this.#listeners.add((message, buffers) => {
      if (message.kind === kind) callback(message as unknown as ToPage[Name], buffers);
    });
  }

  /** Hand over what arrived before this bridge was there. */
  replay(arrivals: Arrival[]): void {
    for (const { message, buffers } of arrivals) this.#deliver(message, buffers);
  }

  /**
   * Send one request and wait for its answer.
   *
   * @throws Fault with the kernel's reason, or when time ran out; an AbortError when
   *   the signal was aborted.
   */
  ask<Name extends keyof FromPage>(
    kind: Name,
    fields: FromPage[Name],
    { buffers = [], timeout = TIMEOUT, signal }: Options = {},
  ): Promise<Answer> {
    const id = `${this.#prefix}.${++this.#count}`;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted());
      if (this.#over) return reject(ended());
      const silence = setTimeout(() => this.#setLink("silent"), SILENCE);
      const late = setTimeout(() => {
        give(() =>
          reject(
            new Fault(
              t("No answer from the kernel within {seconds} s.", {
                seconds: timeout / 1000,
              }),
            ),
          ),
        );
      }, timeout);
      const give = (settle: () => void): void => {
        clearTimeout(silence);
        clearTimeout(late);
        signal?.removeEventListener("abort", cancel);
        this.#waiting.delete(id);
        settle();
      };
      const cancel = (): void => {
        give(() => reject(aborted()));
        this.ask("cancel", { request: id }).catch(() => {});
      };
      signal?.addEventListener("abort", cancel);
      this.#waiting.set(id, {
        done: (answer) => give(() => resolve(answer)),
        fail: (error) => give(() => reject(error)),
        hush: () => clearTimeout(silence),
      });
      try {
        this.#model.send({ kind, id, ...fields }, undefined, buffers);
      } catch {
        // Jupyter refuses to send on a connection whose kernel is gone.
        this.#setLink("restarted");
        give(() => reject(ended()));
      }
    });
  }

  /**
   * Ask what the platform has to answer: the frame tells when that takes long.
   *
   * It offers to stop waiting, too, except where the panel does: with a signal.
   */
  async inquire<Name extends keyof FromPage>(
    kind: Name,
    fields: FromPage[Name],
    { soon = SOON, begun = false, ...options }: Inquiry = {},
  ): Promise<Answer> {
    const stop = options.signal || begun ? null : new AbortController();
    const ended = this.onInquiry(soon, stop ? () => stop.abort() : undefined);
    try {
      return await this.ask(kind, fields, { signal: stop?.signal, ...options });
    } finally {
      ended();
    }
  }

  /** Stop listening; whatever still waits ends with an error. */
  close(): void {
    this.#model.off("msg:custom", this.#receive);
    this.#model.off("comm_live_update", this.#commChanged);
    this.#listeners.clear();
    for (const waiting of [...this.#waiting.values()]) waiting.fail(aborted());
  }

  readonly #receive = (message: Incoming, buffers: DataView[]): void => {
    this.heard = performance.now();
    this.#setLink("live");
    this.#deliver(message, buffers);
  };

  #deliver(message: Incoming, buffers: DataView[]): void {
    if (message.kind === "ack") {
      this.platform = message.platform;
      this.#waiting.get(message.id)?.hush();
    } else if (message.kind === "reply")
      this.#waiting.get(message.id)?.done({ result: message.result, buffers });
    else if (message.kind === "fault")
      this.#waiting.get(message.id)?.fail(new Fault(message.message, message.hint));
    else for (const listener of this.#listeners) listener(message, buffers);
  }

  /** Jupyter says so when it lost the kernel's side, which a restart makes certain. */
  readonly #commChanged = (): void => {
    this.ask("ping", {}, { timeout: SILENCE }).catch(() => {
      if (this.#link !== "live") this.#setLink("restarted");
    });
  };

  #setLink(link: Link): void {
    // A reason that is known is not given up for silence.
    const known = link === "silent" ? ["cut", "restarted"] : ["restarted"];
    const told = link !== "live" && known.includes(this.#link);
    if (this.#over || link === this.#link || told) return;
    this.#link = link;
    this.onLink(link);
    if (link !== "restarted") return;
    // The kernel that would have answered is gone.
    for (const waiting of [...this.#waiting.values()]) waiting.fail(ended());
  }
}

function ended(): Fault {
  return new Fault(t("The kernel was restarted."), t("Run the cell again."));
}

function aborted(): DOMException {
  return new DOMException(t("The request was cancelled."), "AbortError");
}
