/** A deployment's state, steps, failure, log and buttons; in a panel of any kind. */

import type { Bridge } from "../../bridge.ts";
import { h, setText } from "../../dom.ts";
import { type Act, Actions } from "../../live/actions.ts";
import { Failure } from "../../live/failure.ts";
import { lineText } from "../../live/line.ts";
import { Log } from "../../live/log.ts";
import { Refresh } from "../../live/refresh.ts";
import type { ToPage } from "../../messages.ts";
import { isAway, showBadge } from "../../states.ts";
import { clock, t } from "../../words.ts";
import { Steps } from "./steps.ts";

const ACTS: Record<string, Act> = {
  restart: {
    word: t("Restart"),
    means: t("Its process starts anew; calls wait or fail until it is back."),
    yes: t("Yes, restart"),
    doing: t("Restarting…"),
    danger: false,
  },
  disable: {
    word: t("Disable"),
    means: t("Calls are refused until it is restarted; its files stay."),
    yes: t("Yes, disable"),
    doing: t("Disabling…"),
    danger: true,
  },
  delete: {
    word: t("Delete"),
    means: t("It cannot be undone; its predictions and description stay."),
    yes: t("Yes, delete"),
    doing: t("Deleting…"),
    danger: true,
  },
};

const DETACHED = t(
  "The cell was interrupted. The deployment goes on, and is followed here.",
);

const MOVING = new Set(["Ready", "Building", "Recovering"]);
const GOES_ON = t(
  "The platform does this by itself: interrupting the cell stops nothing.",
);

export interface StatusView {
  /** Whether the kernel has told anything yet. */
  filled(): boolean;
  /** Forget the deployment that was shown: another one begins. */
  reset(): void;
}

/**
 * Fill an element with the view of a deployment that the kernel tells of.
 *
 * @param told called with each state that arrives.
 */
export function statusView(
  bridge: Bridge,
  box: HTMLElement,
  signal: AbortSignal,
  told: () => void,
): StatusView {
  const title = h("h2", { class: "cx-title", dir: "auto" });
  const group = h("span", { class: "cx-group", dir: "auto" });
  const badge = h("span", { class: "cx-badge" });
  const state = h("div", { role: "status", "aria-live": "polite" }, badge);
  const link = lineText(signal);
  const line = h("div", { class: "cx-line", role: "status" }, link);
  const outlook = h("p", { class: "cx-outlook" });
  const failure = new Failure();
  const steps = new Steps(signal);
  const log = new Log();
  const actions = new Actions(bridge, ACTS);
  const facts = h("span", { class: "cx-facts" });
  const seen = h("span");
  const refresh = new Refresh(bridge, signal, () => label());
  box.setAttribute("aria-label", t("Deployment status"));
  box.append(
    h("header", { class: "cx-head" }, title, group, state),
    refresh.problem,
    steps.element,
    line,
    outlook,
    h("div", { class: "cx-body" }, failure.element, log.bar, log.list),
    actions.element,
    h(
      "footer",
      { class: "cx-foot" },
      facts,
      h("span", { class: "cx-push" }),
      seen,
      refresh.button,
    ),
  );

  let shown = "";
  let away = false;

  function label(): void {
    showBadge(badge, shown, away || refresh.failed);
  }

  bridge.on("status", (now: ToPage["status"]) => {
    told();
    setText(title, now.name);
    title.title = now.name;
    setText(group, t("group {group}", { group: now.group }));
    shown = now.state;
    // That it is being sent is known here, whoever answers.
    const sending = now.state === "Uploading" && now.link === "waiting";
    away = isAway(now.link) && !sending;
    label();
    steps.show(now.steps, now.running);
    setText(link, now.link === "detached" ? DETACHED : now.line);
    setText(outlook, now.outlook);
    line.classList.toggle("cx-warn", now.link !== "");
    failure.show(now.reason, now.detail);
    actions.show(now.name, now.actions, now.busy, MOVING.has(now.state) ? GOES_ON : "");
    showFacts(facts, now);
    setText(seen, t("updated {time}", { time: clock(now.updated) }));
    const still = now.busy === "" && now.running === null;
    refresh.show(now.hash !== "" && still, now.updated);
  });
  log.follow(bridge);

  return {
    filled: () => shown !== "",
    reset: () => {
      shown = "";
      log.clear();
      failure.show("", "");
      steps.show([], null);
    },
  };
}

function showFacts(facts: HTMLElement, now: ToPage["status"]): void {
  const short = now.hash.length > 14 ? `${now.hash.slice(0, 13)}…` : now.hash;
  const parts = [short, now.python].filter(Boolean).join(" · ");
  if (facts.dataset.shown === parts) return;
  facts.dataset.shown = parts;
  facts.replaceChildren();
  if (now.hash) facts.append(h("code", { title: now.hash }, short));
  if (now.python) facts.append(`${now.hash ? "  ·  " : ""}Python ${now.python}`);
}
