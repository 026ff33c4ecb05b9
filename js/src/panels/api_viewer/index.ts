/** The API viewer: a model's OpenAPI document in the cell, executed by the kernel. */

import { asset } from "../../assets.ts";
import { h, setText } from "../../dom.ts";
import { openFrame } from "../../frame.ts";
import type { Mount } from "../../loaders/loader.ts";
import type { ToPage } from "../../messages.ts";
import { t } from "../../words.ts";
import css from "./api_viewer.css";
import { Code } from "./code.ts";
import { kernelFetch } from "./kernel_fetch.ts";
import type { Swagger } from "./swagger.ts";
import { translateSwagger } from "./swagger_words.ts";

declare const SWAGGER_HASH: string;

const nothing = () => (): null => null;

/** The kernel holds the tokens: nothing is to be authorized in the page. */
const tokensInKernel = {
  wrapComponents: {
    authorizeBtn: nothing,
    AuthorizeBtnContainer: nothing,
    authorizeOperationBtn: nothing,
  },
};

export function mount(at: Mount): () => void {
  const frame = openFrame(at, "", (dark, host) => {
    host.classList.toggle("dark-mode", dark);
  });
  const { bridge, box, root, signal } = frame;
  // Ours come after Swagger UI's, whenever they arrive.
  const theirs = h("style");
  root.insertBefore(theirs, box);
  root.insertBefore(h("style", {}, css), box);
  const title = h("h2", { class: "cx-title", dir: "auto" });
  const group = h("span", { class: "cx-group", dir: "auto" });
  const where = h("span", { class: "cx-where" });
  const running = new Running();
  const problem = h("p", { class: "cx-refused", role: "alert", dir: "auto" });
  const refused = (hint: string): void =>
    setText(
      problem,
      hint && t("The platform refused the token (401). {hint}", { hint }),
    );
  const code = new Code(bridge);
  const node = h("div", { class: "cx-swagger" });
  translateSwagger(node, signal);
  box.setAttribute("aria-label", t("API documentation"));
  box.append(
    h("header", { class: "cx-head" }, title, group),
    h("div", { class: "cx-bar" }, where, running.element),
    problem,
    code.element,
    node,
  );
  signal.addEventListener("abort", () => running.cancel());

  let drawn = "";
  bridge.on("api", (api: ToPage["api"]) => {
    frame.filled();
    setText(title, api.name);
    setText(group, api.group && t("group {group}", { group: api.group }));
    setText(where, whereText(api));
    // A platform's routes are many, and its tokens are for people.
    code.element.hidden = api.group === "";
    const now = JSON.stringify(api.document);
    if (now === drawn) return;
    drawn = now;
    const fetch = (url: string, init: RequestInit): Promise<Response> =>
      running.during(init.method ?? "GET", (stop) =>
        kernelFetch(bridge, url, init, stop, refused),
      );
    const draw = (swagger: Swagger): void => {
      if (signal.aborted || drawn !== now) return;
      setText(theirs, swagger.css);
      // A platform's hundred operations take seconds to draw: it opens by its nouns.
      node.classList.toggle("cx-nouns", !api.group);
      swagger.drawSwagger({
        domNode: node,
        spec: api.document,
        docExpansion: api.group ? "list" : "none",
        plugins: [tokensInKernel],
        requestInterceptor: (request) => {
          request.userFetch = fetch;
          return request;
        },
      });
    };
    asset<Swagger>(SWAGGER_HASH).then(draw, (error) =>
      setText(
        node,
        t("The document could not be drawn: {error}", { error: `${error}` }),
      ),
    );
  });
  bridge.replay(at.early);
  if (!drawn) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}

function whereText({ address, group, token }: ToPage["api"]): string {
  if (!group) return t("Requests run in the kernel against {address}.", { address });
  const where = t("Requests run in the kernel against {address} as group {group};", {
    address,
    group,
  });
  const secret = token
    ? t("its token is set.")
    : t("its token is not set, so calls are refused.");
  return `${where} ${secret}`;
}

/** Tells which request runs, and stops it. */
class Running {
  readonly #text = h("span", { role: "status" });
  readonly #stop = h(
    "button",
    { class: "cx-button", type: "button", hidden: true, onclick: () => this.cancel() },
    t("Cancel request"),
  );
  readonly element = h("span", { class: "cx-running" }, this.#text, this.#stop);
  readonly #active = new Map<AbortController, string>();

  async during<T>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#active.set(controller, name);
    this.#show();
    try {
      return await work(controller.signal);
    } finally {
      this.#active.delete(controller);
      this.#show();
    }
  }

  cancel(): void {
    for (const controller of this.#active.keys()) controller.abort();
  }

  #show(): void {
    const names = [...this.#active.values()];
    setText(
      this.#text,
      names.length ? t("Running {names}", { names: names.join(", ") }) : "",
    );
    this.#stop.hidden = names.length === 0;
  }
}
