/** The playground: try a model by hand, ask what if, compare, and take the code away. */

import type { Fault } from "../../bridge.ts";
import { formOf, h, icon, setText } from "../../dom.ts";
import { openFrame } from "../../frame.ts";
import { ICONS } from "../../icons.ts";
import type { Mount } from "../../loaders/loader.ts";
import type { Run, ToPage } from "../../messages.ts";
import preview from "../../preview.css";
import { lookOf, showBadge } from "../../states.ts";
import { Tabs } from "../../tabs.ts";
import { t } from "../../words.ts";
import answers from "./answer.css";
import { AnswerView } from "./answer.ts";
import { BatchView } from "./batch.ts";
import codes from "./code.css";
import { CodeView } from "./code.ts";
import files from "./files.css";
import forms from "./form.css";
import { InputForm } from "./form.ts";
import { HistoryView } from "./history.ts";
import { faultBlock } from "./parts.ts";
import css from "./playground.css";
import { Prepare } from "./prepare.ts";
import seen from "./seen.css";
import sweeps from "./sweep.css";
import { SweepView } from "./sweep.ts";
import why from "./why.css";

/** Two models one after the other, each as long as the platform lets a call take. */
const PATIENCE = 180_000;

interface Peer {
  hash: string;
  name: string;
  group: string;
}

export function mount(at: Mount): () => void {
  const frame = openFrame(
    at,
    [preview, css, forms, answers, sweeps, codes, files, seen, why].join(""),
  );
  const { bridge, box, signal } = frame;
  let play: ToPage["play"] | null = null;
  let peers: Peer[] = [];
  let running: AbortController | null = null;
  let queued = false;
  /** The input of the answer that is shown. */
  let answered = "";
  let shown = 0;

  const title = h("h2", { class: "cx-title", dir: "auto" });
  const group = h("span", { class: "cx-group", dir: "auto" });
  const badge = h("span", { class: "cx-badge" });
  const input = new InputForm();
  const answer = new AnswerView(bridge, signal);
  const prepare = new Prepare(bridge, () => {
    code.refresh();
    settled();
  });
  const history = new HistoryView(load, (run) => {
    load(run);
    predict(run.results.map((one) => one.model));
  });
  const script = (): string => prepare.element.value;
  const batch = new BatchView(bridge, script);
  const code = new CodeView(
    bridge,
    () => (play?.reads ? "" : input.text),
    script,
    signal,
  );
  const sweep = new SweepView(
    bridge,
    () => {
      const text = input.text;
      if (text === null) return null;
      return { input: text, models: chosen(), script: script(), names: names() };
    },
    signal,
  );

  const go = h(
    "button",
    { class: "cx-button cx-main cx-go", type: "submit" },
    t("Predict"),
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
  const reset = h(
    "button",
    {
      class: "cx-button",
      type: "button",
      onclick: () => {
        if (play) input.text = play.sample;
        settled();
      },
    },
    t("Reset"),
  );
  reset.title = t("Back to the sample's values");
  const live = h("input", {
    type: "checkbox",
    "aria-label": t("Live: predict on change"),
    onchange: () => settled(),
  });
  const other = h("select", {
    class: "cx-field cx-peer",
    "aria-label": t("Compare with"),
    onchange: () => settled(),
  });
  const compare = h(
    "label",
    { class: "cx-inline" },
    h("span", {}, t("Compare")),
    other,
  );
  const problem = h("div", { class: "cx-asked-problem", role: "alert" });

  const form = formOf("cx-asking", () => predict());
  form.append(
    input.element,
    h(
      "div",
      { class: "cx-asking-row" },
      go,
      cancel,
      reset,
      h("label", { class: "cx-follow" }, live, t("Live")),
      h("span", { class: "cx-push" }),
      h("div", { class: "cx-choices" }, prepare.label, compare),
    ),
  );
  const tabs = new Tabs(
    t("More"),
    [
      { name: t("What if"), panel: sweep.element },
      { name: t("Batch"), panel: batch.element },
      { name: t("History"), panel: history.element },
      { name: t("Code"), panel: code.element },
    ],
    () => {
      code.refresh();
      if (!batch.element.hidden) batch.refresh();
      slim();
    },
  );
  const more = h(
    "div",
    { class: "cx-more" },
    sweep.element,
    batch.element,
    history.element,
    code.element,
  );
  sweep.onStart = () => slim();
  batch.onStart = () => slim();
  slim();
  const word = h("span");
  const away = h("div", { class: "cx-banner cx-warn", hidden: true });
  away.append(icon(ICONS.warn, "warn"), word);
  const top = h(
    "div",
    { class: "cx-top" },
    form,
    h("div", { class: "cx-side" }, problem, answer.element),
  );
  const facts = h("span", { class: "cx-facts" });
  const token = h("span", { class: "cx-token" });
  box.setAttribute("aria-label", t("Playground"));
  box.append(
    h(
      "header",
      { class: "cx-head" },
      title,
      group,
      h("div", { role: "status" }, badge),
    ),
    h("div", { role: "status" }, away),
    top,
    h("div", { class: "cx-more-bar cx-bar" }, tabs.list),
    more,
    h("footer", { class: "cx-foot" }, facts, h("span", { class: "cx-push" }), token),
  );

  input.onChange = () => {
    const text = input.text;
    const numbers = input.numbers();
    if (numbers) sweep.describe(numbers);
    const stale = answered !== "" && text !== answered;
    answer.note(stale ? t("The input has changed since this answer.") : "");
    code.touch();
  };
  input.onSettled = () => settled();

  /** What has nothing to show yet takes little room. */
  function slim(): void {
    const empty = [sweep.isEmpty, batch.isEmpty, history.last() === undefined, false][
      tabs.place
    ];
    more.classList.toggle("cx-slim", empty === true);
  }

  /** A model that answers files has no form, and nothing to sweep or to load again. */
  function onlyFiles(reads: string): void {
    top.hidden = true;
    batch.readFiles(reads, prepare.label);
    for (const name of [t("What if"), t("History")]) tabs.offer(name, false);
    tabs.show(tabs.at(t("Batch")));
    batch.refresh();
    slim();
  }

  function chosen(): string[] {
    return [play?.hash ?? "", other.value].filter(Boolean);
  }

  function names(): string[] {
    const one = peers.find((peer) => peer.hash === other.value);
    return one ? [mine(), nameOf(one)] : [mine()];
  }

  function mine(): string {
    const short = play?.hash.slice(0, 8) ?? "";
    const name = play?.name ?? "";
    return peers.some((peer) => peer.hash === other.value && peer.name === name)
      ? `${name} (${short})`
      : name;
  }

  function nameOf(peer: Peer): string {
    return peer.name === play?.name
      ? `${peer.name} (${peer.hash.slice(0, 8)})`
      : peer.name;
  }

  function settled(): void {
    if (live.checked && play) predict();
  }

  function load(run: Run): void {
    input.text = run.input;
    prepare.choose(run.script, run.prepared);
    show(run);
  }

  function show(run: Run): void {
    answered = run.input;
    shown = run.number;
    problem.replaceChildren();
    answer.show(run);
    input.onChange();
  }

  async function predict(models = chosen()): Promise<void> {
    const text = input.text;
    if (text === null) {
      input.focusProblem();
      return;
    }
    if (running) {
      // The newest values count: they are asked once the present call has ended.
      queued = true;
      return;
    }
    const stop = new AbortController();
    running = stop;
    busy(true);
    try {
      const { result } = await bridge.inquire(
        "predict",
        { input: text, models, script: script() },
        { signal: stop.signal, timeout: PATIENCE },
      );
      const run = history.get(Number(result));
      if (run) show(run);
    } catch (error) {
      queued = false;
      const { name, message, hint } = error as Fault;
      if (name !== "AbortError")
        problem.replaceChildren(faultBlock(message, hint ?? "", ""));
      else if (!signal.aborted) answer.note(t("The call was cancelled."));
    }
    running = null;
    busy(false);
    if (queued && !signal.aborted) {
      queued = false;
      predict();
    }
  }

  function busy(now: boolean): void {
    // Not disabled: the focus would be lost from under the one who pressed it.
    setText(go, now ? t("Running…") : t("Predict"));
    go.setAttribute("aria-busy", String(now));
    // A quick answer should not make the row flicker.
    const after = now ? 300 : 0;
    setTimeout(() => {
      cancel.hidden = running === null;
      reset.hidden = running !== null;
    }, after);
    if (!now && cancel.matches(":focus")) go.focus();
  }

  async function findPeers(): Promise<void> {
    let word = t("nothing else");
    try {
      peers = (await bridge.ask("peers", {})).result as Peer[];
    } catch (error) {
      peers = [];
      word = t("not known");
      other.title = (error as Error).message;
    }
    const before = other.value;
    other.replaceChildren(
      h("option", { value: "" }, peers.length ? t("nothing") : word),
      ...peers.map((peer) =>
        h("option", { value: peer.hash }, `${nameOf(peer)} · ${peer.group}`),
      ),
    );
    other.value = peers.some((peer) => peer.hash === before) ? before : "";
  }

  bridge.on("play", (now) => {
    frame.filled();
    const first = play === null;
    play = now;
    setText(title, now.name);
    title.title = now.name;
    setText(group, t("group {group}", { group: now.group }));
    showBadge(badge, now.state, now.link === "away");
    facts.replaceChildren(h("code", { title: now.hash }, `${now.hash.slice(0, 13)}…`));
    setText(
      token,
      now.token
        ? t("calls run in the kernel")
        : t("the group's token is not set, so calls are refused"),
    );
    token.classList.toggle("cx-failed", !now.token);
    setText(word, farOff(now));
    away.hidden = !now.link;
    compare.hidden = !now.comparable;
    tabs.offer(t("Batch"), now.batch);
    history.add(now.runs);
    slim();
    if (!first) return;
    prepare.refresh();
    if (now.reads) {
      onlyFiles(now.reads);
      return;
    }
    input.describe(now.fields);
    history.describe(now.sample);
    const last = history.last();
    input.text = last?.input ?? now.sample;
    if (last) show(last);
    if (now.comparable) findPeers();
  });
  bridge.on("played", ({ run }) => {
    history.add([run]);
    if (run.number === shown) answer.explained(run);
    slim();
  });

  bridge.replay(at.early);
  if (!play) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}

/** That the platform does not answer, or refuses; "" while it answers. */
function farOff({ link, state }: ToPage["play"]): string {
  if (link === "away")
    return t(
      "The platform does not answer; {state} is what it said last. This line goes " +
        "once it answers.",
      { state: lookOf(state).word },
    );
  if (link === "refused")
    return t("The platform refuses the group's token: the answer tells what to do.");
  return "";
}
