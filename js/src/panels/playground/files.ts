/** The execution of a file that was sent: its state, how far it is, what it wrote. */

import type { Bridge, Fault } from "../../bridge.ts";
import { copy } from "../../clipboard.ts";
import { h, setText } from "../../dom.ts";
import type { ToPage } from "../../messages.ts";
import { isAway, lookOf, showBadge } from "../../states.ts";
import { t } from "../../words.ts";
import { faultBlock } from "./parts.ts";

export class FilesView {
  readonly element = h("div", { class: "cx-files", hidden: true });
  readonly #number = h("strong", { dir: "auto" });
  readonly #badge = h("span", { class: "cx-badge" });
  readonly #bar = h("progress", { max: "1", "aria-label": t("Progress") });
  readonly #told = h("span", { class: "cx-quiet", dir: "auto" });
  readonly #spoken = h("span", { class: "cx-unseen", role: "status" });
  readonly #reason = h("div", { role: "alert" });
  readonly #cancel: HTMLButtonElement;
  readonly #save: HTMLButtonElement;
  readonly #again = h("code", { class: "cx-again" });
  readonly #said = h("span", { class: "cx-quiet", role: "status" });
  #shown = "";

  constructor(bridge: Bridge) {
    this.#cancel = this.#button(t("Cancel the execution"), () =>
      this.#ask(
        t("Cancelling…"),
        bridge.inquire("act", { action: "cancel" }, { begun: true }),
      ),
    );
    this.#save = this.#button(t("Save the result here"), () =>
      this.#ask(t("Saving…"), bridge.inquire("save", {})),
    );
    this.element.append(
      h(
        "div",
        { class: "cx-batch-line" },
        this.#number,
        this.#badge,
        this.#bar,
        this.#told,
        this.#spoken,
      ),
      this.#reason,
      h(
        "div",
        { class: "cx-batch-line" },
        this.#cancel,
        this.#save,
        this.#again,
        this.#button(
          t("Copy"),
          async () => setText(this.#said, await copy(this.#again)),
          "cx-link",
        ),
        this.#said,
      ),
    );
  }

  show(now: ToPage["execution"]): void {
    this.element.hidden = false;
    setText(this.#number, now.number);
    showBadge(this.#badge, now.state, isAway(now.link));
    const moving = now.actions.includes("cancel");
    // It moves where nothing is known of how far: not where nobody is heard of.
    this.#bar.hidden = !moving || isAway(now.link);
    if (now.fraction === null) this.#bar.removeAttribute("value");
    else this.#bar.value = now.fraction;
    setText(this.#told, [now.line, now.told].filter(Boolean).join(" "));
    this.#told.classList.toggle("cx-odd", now.link !== "");
    // Spoken when the state changes; the numbers would speak every second.
    const key = `${now.number} ${now.state} ${now.reason}`;
    if (key !== this.#shown) {
      this.#shown = key;
      setText(this.#spoken, `${now.number}: ${lookOf(now.state).word}. ${now.line}`);
      this.#reason.replaceChildren(
        ...(now.reason ? [faultBlock(now.reason, "", now.detail)] : []),
      );
      setText(this.#said, "");
    }
    if (!moving && this.#cancel.matches(":focus")) this.#save.focus();
    this.#cancel.hidden = !moving;
    this.#save.hidden = now.state !== "Succeeded";
    setText(this.#again, now.again);
  }

  async #ask(doing: string, asked: ReturnType<Bridge["ask"]>): Promise<void> {
    setText(this.#said, doing);
    try {
      const { result } = await asked;
      setText(
        this.#said,
        typeof result === "string" && result.includes(" ") ? result : "",
      );
    } catch (error) {
      const { name, message, hint } = error as Fault;
      if (name !== "AbortError")
        setText(this.#said, [message, hint].filter(Boolean).join(" "));
    }
  }

  #button(word: string, act: () => void, kind = "cx-button"): HTMLButtonElement {
    return h("button", { class: kind, type: "button", onclick: act }, word);
  }
}
