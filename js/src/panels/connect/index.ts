/** The connect form. The password goes to the kernel once, and is kept nowhere. */

import type { Fault } from "../../bridge.ts";
import { formOf, h, icon, setText } from "../../dom.ts";
import { openFrame } from "../../frame.ts";
import { ICONS } from "../../icons.ts";
import type { Mount } from "../../loaders/loader.ts";
import type { ToPage } from "../../messages.ts";
import css from "./connect.css";

let count = 0;

class Entry {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #problem: HTMLElement;

  constructor(label: string, hint: string, attributes: Record<string, string>) {
    const id = `cx-entry-${++count}`;
    this.input = h("input", {
      id,
      class: "cx-field",
      type: "text",
      spellcheck: "false",
      autocapitalize: "off",
      oninput: () => this.tell(""),
      ...attributes,
    });
    this.#problem = h("span", { class: "cx-entry-problem", id: `${id}-problem` });
    this.element = h(
      "div",
      { class: "cx-entry" },
      h(
        "label",
        { for: id },
        label,
        hint && h("span", { class: "cx-hint" }, ` ${hint}`),
      ),
      this.input,
      this.#problem,
    );
  }

  /** Say what is wrong with it, or that nothing is. */
  tell(problem: string): void {
    setText(this.#problem, problem);
    this.input.setAttribute("aria-invalid", String(problem !== ""));
    if (problem) this.input.setAttribute("aria-describedby", this.#problem.id);
    else this.input.removeAttribute("aria-describedby");
  }
}

export function mount(at: Mount): () => void {
  const frame = openFrame(at, css);
  const { bridge, box, signal } = frame;
  let running: AbortController | null = null;
  let filled = false;

  const groups = h("datalist", { id: `cx-groups-${++count}` });
  const address = new Entry("Address", "", { inputmode: "url", autocomplete: "url" });
  const user = new Entry("User", "", { autocomplete: "username" });
  const password = new Entry("Password", "", {
    type: "password",
    autocomplete: "current-password",
  });
  const tenant = new Entry("Tenant", "where there are tenants", {
    autocomplete: "off",
  });
  const group = new Entry("Group", "to work in", {
    autocomplete: "off",
    list: groups.id,
  });
  address.element.classList.add("cx-wide");

  const badge = h("span", { class: "cx-badge" });
  const go = h("button", { class: "cx-button cx-main", type: "submit" }, "Connect");
  const test = h(
    "button",
    { class: "cx-button", type: "button", onclick: () => send(true) },
    "Test",
  );
  const cancel = h(
    "button",
    {
      class: "cx-button",
      type: "button",
      hidden: true,
      onclick: () => running?.abort(),
    },
    "Cancel",
  );
  const said = h("p", { class: "cx-said", role: "status" });
  const fault = h("div", { class: "cx-fault", role: "alert", hidden: true });
  const form = formOf("cx-connect", () => send(false));
  form.append(
    address.element,
    user.element,
    password.element,
    tenant.element,
    group.element,
    groups,
    h("div", { class: "cx-row" }, go, test, cancel, said),
    fault,
  );
  box.setAttribute("aria-label", "Connect to a platform");
  box.append(
    h(
      "header",
      { class: "cx-head" },
      h("h2", { class: "cx-title" }, "Connect to a platform"),
      h("span", { class: "cx-push" }),
      h("div", { role: "status" }, badge),
    ),
    form,
    h(
      "footer",
      { class: "cx-foot" },
      "The password goes to the kernel and is kept in its memory only; it is never saved.",
    ),
  );

  async function send(onlyTest: boolean): Promise<void> {
    if (running || !complete()) return;
    fault.hidden = true;
    const stop = new AbortController();
    running = stop;
    busy(onlyTest ? "Testing…" : "Connecting…");
    const secret = new TextEncoder().encode(password.input.value);
    const fields = {
      address: address.input.value,
      user: user.input.value,
      tenant: tenant.input.value,
      group: group.input.value,
      test: onlyTest,
    };
    let told = "";
    try {
      // A binary part of its own: no text of a message holds it.
      const answer = await bridge.ask("sign_in", fields, {
        buffers: [secret.buffer],
        signal: stop.signal,
      });
      const found = answer.result as { text: string; groups: string[] };
      told = found.text;
      offer(found.groups);
      if (!onlyTest) password.input.value = "";
    } catch (error) {
      const { name, message, hint } = error as Fault;
      if (name === "AbortError") told = "Cancelled.";
      else show(message, hint ?? "");
    }
    running = null;
    busy("");
    setText(said, told);
    said.classList.toggle("cx-ok", told !== "" && told !== "Cancelled.");
  }

  function complete(): boolean {
    const wanted: [Entry, string][] = [
      [address, "Where is the platform? Such as https://codex.example.com"],
      [user, "Who signs in?"],
      [password, "The password is missing."],
    ];
    const missing = wanted.filter(([entry]) => !entry.input.value.trim());
    for (const [entry, word] of missing) entry.tell(word);
    missing[0]?.[0].input.focus();
    return missing.length === 0;
  }

  function show(message: string, hint: string): void {
    fault.hidden = false;
    fault.replaceChildren(
      h("p", { class: "cx-fault-reason", dir: "auto" }, message),
      hint ? h("p", { dir: "auto" }, hint) : "",
    );
  }

  function busy(word: string): void {
    setText(said, word);
    said.classList.remove("cx-ok");
    cancel.hidden = word === "";
    test.hidden = word !== "";
    go.setAttribute("aria-busy", String(word !== ""));
  }

  function offer(names: string[]): void {
    groups.replaceChildren(...names.map((value) => h("option", { value })));
  }

  bridge.on("connect", (now: ToPage["connect"]) => {
    frame.filled();
    const first = !filled;
    filled = true;
    offer(now.groups);
    const done = now.connected !== "";
    const [name, tone, word] = done
      ? (["done", "ok", "Connected"] as const)
      : (["waiting", "off", "Not connected"] as const);
    badge.className = `cx-badge cx-${tone}`;
    badge.replaceChildren(icon(ICONS[name], name), word);
    if (!first) return;
    address.input.value = now.address;
    user.input.value = now.user;
    tenant.input.value = now.tenant;
    group.input.value = now.group;
    if (done) {
      setText(said, now.connected);
      said.classList.add("cx-ok");
    }
  });
  signal.addEventListener("abort", () => {
    running?.abort();
    password.input.value = "";
  });
  bridge.replay(at.early);
  if (!filled) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}
