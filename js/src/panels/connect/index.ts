/** The connect form. The password goes to the kernel once, and is kept nowhere. */

import type { Fault } from "../../bridge.ts";
import { formOf, h, icon, setText } from "../../dom.ts";
import entryCss from "../../entry.css";
import { Entry } from "../../entry.ts";
import { openFrame } from "../../frame.ts";
import { ICONS } from "../../icons.ts";
import type { Mount } from "../../loaders/loader.ts";
import { askUnasked, keepLooking } from "../../looking.ts";
import type { ToPage } from "../../messages.ts";
import { t } from "../../words.ts";
import css from "./connect.css";

/** Milliseconds between two looks whether the connection still holds. */
const EVERY = 10_000;

let count = 0;

class Line extends Entry<HTMLInputElement> {
  constructor(label: string, hint: string, attributes: Record<string, string>) {
    const input = h("input", {
      type: "text",
      spellcheck: "false",
      autocapitalize: "off",
      oninput: () => this.tell(""),
      ...attributes,
    });
    super(label, input, hint);
  }
}

export function mount(at: Mount): () => void {
  const frame = openFrame(at, entryCss + css);
  const { bridge, box, host, signal } = frame;
  let running: AbortController | null = null;
  let filled = false;

  const groups = h("datalist", { id: `cx-groups-${++count}` });
  const address = new Line(t("Address"), "", { inputmode: "url", autocomplete: "url" });
  const user = new Line(t("User"), "", { autocomplete: "username" });
  const password = new Line(t("Password"), "", {
    type: "password",
    autocomplete: "current-password",
  });
  const tenant = new Line(t("Tenant"), t("where there are tenants"), {
    autocomplete: "off",
  });
  const group = new Line(t("Group"), t("to work in"), {
    autocomplete: "off",
    list: groups.id,
  });
  address.element.classList.add("cx-wide");

  const badge = h("span", { class: "cx-badge" });
  const go = h("button", { class: "cx-button cx-main", type: "submit" }, t("Connect"));
  const test = h(
    "button",
    { class: "cx-button", type: "button", onclick: () => send(true) },
    t("Test"),
  );
  const cancel = h(
    "button",
    {
      class: "cx-button",
      type: "button",
      hidden: true,
      onclick: () => running?.abort(),
    },
    t("Cancel"),
  );
  const problem = h("div", { class: "cx-problem", role: "alert" });
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
  box.setAttribute("aria-label", t("Connect to a platform"));
  box.append(
    h(
      "header",
      { class: "cx-head" },
      h("h2", { class: "cx-title" }, t("Connect to a platform")),
      h("span", { class: "cx-push" }),
      h("div", { role: "status" }, badge),
    ),
    problem,
    form,
    h(
      "footer",
      { class: "cx-foot" },
      t(
        "The password goes to the kernel and is kept in its memory only; it is never saved.",
      ),
    ),
  );

  async function send(onlyTest: boolean): Promise<void> {
    if (running || !complete()) return;
    fault.hidden = true;
    const stop = new AbortController();
    running = stop;
    busy(onlyTest ? t("Testing…") : t("Connecting…"));
    const secret = new TextEncoder().encode(password.control.value);
    const fields = {
      address: address.control.value,
      user: user.control.value,
      tenant: tenant.control.value,
      group: group.control.value,
      test: onlyTest,
    };
    let [told, stopped] = ["", ""];
    try {
      // A binary part of its own: no text of a message holds it.
      const answer = await bridge.inquire("sign_in", fields, {
        buffers: [secret.buffer],
        signal: stop.signal,
      });
      const found = answer.result as { text: string; groups: string[] };
      told = found.text;
      offer(found.groups);
      if (!onlyTest) password.control.value = "";
    } catch (error) {
      const { name, message, hint } = error as Fault;
      if (name === "AbortError") stopped = t("Cancelled.");
      else show(message, hint ?? "");
    }
    running = null;
    busy("");
    if (told) tell(told);
    else setText(said, stopped);
  }

  function tell(success: string): void {
    setText(said, success);
    said.classList.add("cx-ok");
  }

  function complete(): boolean {
    const wanted: [Line, string][] = [
      [address, t("Where is the platform? Such as https://codex.example.com")],
      [user, t("Who signs in?")],
      [password, t("The password is missing.")],
    ];
    const missing = wanted.filter(([entry]) => !entry.control.value.trim());
    for (const [entry, word] of missing) entry.tell(word);
    missing[0]?.[0].control.focus();
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
    const lost = now.problem !== "";
    const [name, tone, word] = lost
      ? (["warn", "warn", t("Not connected")] as const)
      : done
        ? (["done", "ok", t("Connected")] as const)
        : (["waiting", "off", t("Not connected")] as const);
    setText(problem, now.problem);
    if (lost && said.textContent === now.connected) setText(said, "");
    else if (done && !lost && !running && !said.textContent) tell(now.connected);
    badge.className = `cx-badge cx-${tone}`;
    badge.replaceChildren(icon(ICONS[name], name), word);
    if (!first) return;
    address.control.value = now.address;
    user.control.value = now.user;
    tenant.control.value = now.tenant;
    group.control.value = now.group;
    if (done && !lost) tell(now.connected);
  });
  signal.addEventListener("abort", () => {
    running?.abort();
    password.control.value = "";
  });
  keepLooking(
    host,
    signal,
    () => EVERY,
    () => askUnasked(bridge, "look", {}, problem),
  );
  bridge.replay(at.early);
  if (!filled) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}
