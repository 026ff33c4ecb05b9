/** What a row opens to: the whole hash, and the lines to type next. */

import { copy } from "../../clipboard.ts";
import { h, setText } from "../../dom.ts";
import type { Model } from "../../messages.ts";
import { day, t } from "../../words.ts";
import { verdictOf } from "./columns.ts";

/** Commands that make sense for a model in that state, the likeliest first. */
function lines(model: Model, called: string): string[] {
  const { state, operation } = model;
  const watched = model.drift ? [`%codex drift ${called}`] : [];
  if (state === "Deployed" && operation === "Async")
    return [
      `%codex predict ${called} data.csv`,
      `%codex executions ${called}`,
      ...watched,
      `%codex docs ${called}`,
      `%codex logs ${called}`,
    ];
  if (state === "Deployed")
    return [
      `%codex play ${called}`,
      ...watched,
      `%codex docs ${called}`,
      `%codex code ${called} --language python`,
      `%codex logs ${called}`,
    ];
  if (state.startsWith("Disabled") && state !== "DisabledFailed")
    return [`%codex restart ${called} --yes`, `%codex delete ${called} --yes`];
  if (state.includes("Failed"))
    return [`%codex status ${called}`, `%codex logs ${called} --errors`];
  if (state === "Deleted") return [`%codex logs ${called}`];
  return [`%codex status ${called}`];
}

function callsOf(model: Model): string {
  if (model.calls === null) return "";
  const calls =
    model.calls === 1 ? t("1 call") : t("{calls} calls", { calls: model.calls });
  if (model.called === null) return calls;
  return t("{calls}, the last {time}", { calls, time: day(model.called) });
}

/** @param unique whether the name alone finds this model. */
export function details(model: Model, unique: boolean): HTMLElement {
  const { name, hash } = model;
  const typed = name.includes(" ") ? `"${name}"` : name;
  const said = h("span", { class: "cx-quiet", role: "status" });
  const line = (text: string, what: string): HTMLElement => {
    const code = h("code", { dir: "auto" }, text);
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
          "aria-label": t("Copy {what}", { what }),
          onclick: () => act(),
        },
        t("Copy"),
      ),
    );
  };
  const facts = [
    model.version !== null &&
      t("version {version}", { version: String(model.version) }),
    model.uploaded !== null && t("uploaded {time}", { time: day(model.uploaded) }),
    model.operation && `${model.operation.toLowerCase()}`,
    model.python && `Python ${model.python}`,
    t("group {group}", { group: model.group }),
    callsOf(model),
    model.drift && `${model.period}: ${verdictOf(model)}`,
  ];
  const next = lines(model, unique ? typed : hash.slice(0, 12));
  return h(
    "div",
    { class: "cx-details" },
    h("ul", { class: "cx-lines" }, line(hash, t("the hash"))),
    h("p", { class: "cx-quiet", dir: "auto" }, facts.filter(Boolean).join(" · ")),
    h("p", { class: "cx-next" }, t("Type next:")),
    h("ul", { class: "cx-lines" }, ...next.map((text) => line(text, text))),
    said,
  );
}
