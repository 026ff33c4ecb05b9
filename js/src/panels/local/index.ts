/** The embedded platform: how it is, what it holds, start and stop. */

import { reasonOf } from "../../bridge.ts";
import { copy } from "../../clipboard.ts";
import { h, icon, setText } from "../../dom.ts";
import { openFrame } from "../../frame.ts";
import { ICONS, type IconName } from "../../icons.ts";
import { type Act, Actions } from "../../live/actions.ts";
import { Failure } from "../../live/failure.ts";
import live from "../../live/live.css";
import type { Mount } from "../../loaders/loader.ts";
import { keepLooking } from "../../looking.ts";
import type { ToPage } from "../../messages.ts";
import { lookOf } from "../../states.ts";
import { bytes, clock, t } from "../../words.ts";
import css from "./local.css";

const EVERY = 10_000;

const LOOKS: Record<string, [IconName, string, string]> = {
  running: ["done", "ok", t("Running")],
  stopped: ["paused", "off", t("Stopped")],
  starting: ["busy", "busy", t("Starting")],
  stopping: ["busy", "busy", t("Stopping")],
  silent: ["warn", "warn", t("Does not answer")],
  crashed: ["failed", "bad", t("Crashed")],
};

const SAYS: Record<string, string> = {
  running: t("It goes on when the kernel restarts."),
  stopped: t("Its models and data are kept; they are back when it runs again."),
  starting: t("It is ready in a few seconds."),
  stopping: t("It finishes the requests that it has begun."),
  silent: t("It has the folder and does not answer: it starts, stops, or is stuck."),
  crashed: t("What it had accepted is not lost: it goes on when it runs again."),
};

const ACTS: Record<string, Act> = {
  start: {
    word: t("Start"),
    means: "",
    yes: "",
    doing: t("Starting…"),
    danger: false,
  },
  stop: {
    word: t("Stop"),
    means: t("Its models answer nobody until it runs again; all data is kept."),
    yes: t("Yes, stop"),
    doing: t("Stopping…"),
    danger: true,
  },
};

const ALLOWED: Record<string, string[]> = {
  running: ["stop"],
  silent: ["stop"],
  stopped: ["start"],
  crashed: ["start"],
};

const DOING: Record<string, string> = { starting: "start", stopping: "stop" };

export function mount(at: Mount): () => void {
  const frame = openFrame(at, live + css);
  const { bridge, box, host, signal } = frame;
  let filled = false;

  const badge = h("span", { class: "cx-badge" });
  const used = h("span", { class: "cx-group" });
  const says = h("p", { class: "cx-says", role: "status" });
  const failure = new Failure();
  const facts = h("dl", { class: "cx-local-facts" });
  const actions = new Actions(bridge, ACTS);
  const updated = h("span");
  const said = h("span", { role: "status" });
  const lines = h("ul", { class: "cx-lines", "aria-label": t("The same as lines") });
  const refresh = h(
    "button",
    { class: "cx-link", type: "button", onclick: () => look() },
    t("Refresh"),
  );
  box.setAttribute("aria-label", t("Embedded platform"));
  box.append(
    h(
      "header",
      { class: "cx-head" },
      h("h2", { class: "cx-title" }, t("Embedded platform")),
      used,
      h("div", { role: "status" }, badge),
    ),
    failure.element,
    says,
    facts,
    lines,
    actions.element,
    h(
      "footer",
      { class: "cx-foot" },
      said,
      h("span", { class: "cx-push" }),
      updated,
      refresh,
    ),
  );

  function look(): void {
    bridge.inquire("look", {}).catch((error) => setText(said, reasonOf(error)));
  }

  bridge.on("local", (now: ToPage["local"]) => {
    frame.filled();
    filled = true;
    const [name, tone, word] = LOOKS[now.state] ?? ["waiting", "off", now.state];
    if (badge.dataset.state !== now.state) {
      badge.dataset.state = now.state;
      badge.className = `cx-badge cx-${tone}`;
      badge.replaceChildren(icon(ICONS[name], name), word);
    }
    setText(used, now.used ? t("used by this notebook") : t("on this machine"));
    setText(says, SAYS[now.state] ?? "");
    const reason = [now.problem, now.hint].filter(Boolean).join(" ");
    failure.show(reason || (now.state === "crashed" ? ended(now.pid) : ""), now.detail);
    show(facts, known(now));
    copyable(lines, now.lines, said);
    const doing = DOING[now.state] ?? "";
    actions.show(t("the embedded platform"), ALLOWED[now.state] ?? [], doing, "");
    setText(updated, t("updated {time}", { time: clock(now.updated) }));
  });

  keepLooking(
    host,
    signal,
    () => EVERY,
    () => bridge.ask("look", {}),
  );
  bridge.replay(at.early);
  if (!filled) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}

function ended(pid: number | null): string {
  return pid === null
    ? t("Its process ended without being asked to; the end of its log:")
    : t("Process {pid} ended without being asked to; the end of its log:", {
        pid: String(pid),
      });
}

function known(now: ToPage["local"]): [string, string][] {
  const models = now.models.map(({ name, value }) =>
    t("{count} {state}", { count: value, state: lookOf(name).word }),
  );
  const none = now.state === "running" ? t("none yet") : "";
  const used = now.disk === null ? "" : bytes(now.disk);
  return [
    [t("Address"), now.address],
    [t("Data folder"), now.folder],
    [t("Models"), models.join(", ") || none],
    [t("Version"), now.version],
    [t("Disk used"), used && !now.whole ? t("more than {used}", { used }) : used],
    [t("Process"), now.pid === null || now.state === "crashed" ? "" : String(now.pid)],
  ];
}

/** Names with values; an element whose text is the same is left alone. */
function show(list: HTMLElement, facts: [string, string][]): void {
  const told = JSON.stringify(facts);
  if (list.dataset.told === told) return;
  list.dataset.told = told;
  list.replaceChildren(
    ...facts
      .filter(([, value]) => value)
      .map(([name, value]) =>
        h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, value)),
      ),
  );
}

/** Lines of code, each with a button that copies it. */
function copyable(list: HTMLElement, lines: string[], said: HTMLElement): void {
  const told = JSON.stringify(lines);
  if (list.dataset.told === told) return;
  list.dataset.told = told;
  list.replaceChildren(
    ...lines.map((line) => {
      const code = h("code", { dir: "ltr" }, line);
      const act = async (): Promise<void> => setText(said, await copy(code));
      return h(
        "li",
        {},
        code,
        h(
          "button",
          {
            class: "cx-link",
            type: "button",
            "aria-label": t("Copy {line}", { line }),
            onclick: act,
          },
          t("Copy"),
        ),
      );
    }),
  );
}
