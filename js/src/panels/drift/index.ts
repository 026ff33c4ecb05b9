/** The drift dashboard: verdict, heat map, one column, trends, what matters, files. */

import { reasonOf } from "../../bridge.ts";
import { h, setText } from "../../dom.ts";
import { openFrame } from "../../frame.ts";
import type { Mount } from "../../loaders/loader.ts";
import { AGAIN, keepLooking, stale } from "../../looking.ts";
import { Tabs } from "../../tabs.ts";
import { clock, t } from "../../words.ts";
import charts from "./charts.css";
import { Controls } from "./controls.ts";
import { DriftData } from "./data.ts";
import { Distribution } from "./distribution.ts";
import css from "./drift.css";
import { Figure, small } from "./figure.ts";
import { type Chosen, HeatMap } from "./heatmap.ts";
import { impact } from "./impact.ts";
import { key, mark, TONES } from "./looks.ts";
import { download } from "./saving.ts";
import tables from "./tables.css";
import { psiTrend, rankTrend, reasonsTrend, shareTrend } from "./trends.ts";
import { smallness, spoken, verdictOf, WORDS } from "./words.ts";

const MOST_TOLD = 5;
const FILES: Record<string, string> = {
  html: "HTML",
  ipynb: t("Notebook"),
  csv: "CSV",
};

export function mount(at: Mount): () => void {
  let data: DriftData | null = null;
  let chosen: Chosen = { column: 0, place: 0 };
  let all = false;
  let lost = false;
  let looking = false;
  let heat: HeatMap | null = null;
  const frame = openFrame(at, css + charts + tables, () => heat?.repaint());
  const { bridge, box, host, signal } = frame;

  const title = h("h2", { class: "cx-title", dir: "auto" });
  const badge = h("span", { class: "cx-badge" });
  const alerts = h("ul", { class: "cx-alerts", "aria-label": t("Alerts") });
  const headline = h("p", { class: "cx-headline", role: "status" });
  const told = h("ul", { class: "cx-told" });
  const more = h("button", {
    class: "cx-link",
    type: "button",
    onclick: () => {
      all = !all;
      tell();
    },
  });
  const warning = h("p", { class: "cx-small-sample" });
  const controls = new Controls();
  const cells = new HeatMap(signal);
  heat = cells;
  const map = new Figure("psi", controls.find, controls.sort);
  const marks = h("div");
  map.element.append(marks);
  const column = new Figure("distribution");
  const receipt = new Figure("receipt");
  const bars = new Distribution();
  const figures = {
    psi: new Figure("psi-over-time"),
    reasons: new Figure("shap-over-time"),
    rank: new Figure("shap-rank"),
    share: new Figure("shap-share"),
    impact: new Figure("impact"),
  };
  const panels = [
    h("div", { class: "cx-tab-panel cx-pair cx-one" }, column.element, receipt.element),
    h(
      "div",
      { class: "cx-tab-panel cx-pair" },
      figures.psi.element,
      figures.reasons.element,
    ),
    h(
      "div",
      { class: "cx-tab-panel cx-pair" },
      figures.rank.element,
      figures.share.element,
    ),
    h("div", { class: "cx-tab-panel" }, figures.impact.element),
  ];
  const names = [t("Column"), t("Over time"), "SHAP", t("Impact")];
  const tabs = new Tabs(
    t("Details"),
    panels.map((panel, place) => ({ name: names[place] as string, panel })),
    () => details(),
  );
  const problem = h("div", { class: "cx-problem", role: "alert" });
  const said = h("span", { class: "cx-quiet", role: "status" });
  const updated = h("span");
  const files = h("span", { class: "cx-files" });
  const refresh = h(
    "button",
    { class: "cx-link", type: "button", hidden: true, onclick: () => look() },
    t("Refresh"),
  );
  box.setAttribute("aria-label", t("Drift"));
  box.append(
    h("header", { class: "cx-head" }, title, h("span", { class: "cx-push" }), badge),
    problem,
    h("div", { class: "cx-verdict" }, alerts, headline, told, more, warning),
    controls.element,
    map.element,
    tabs.list,
    ...panels,
    h(
      "footer",
      { class: "cx-foot" },
      h("span", {}, t("Save")),
      files,
      said,
      h("span", { class: "cx-push" }),
      updated,
      refresh,
    ),
  );
  controls.onChange = () => {
    chosen = { ...chosen, place: controls.place };
    show(false);
  };
  cells.onChoose = choose;

  function choose(next: Chosen): void {
    const moved = next.place !== chosen.place;
    chosen = next;
    controls.place = next.place;
    show(true, moved);
  }

  /**
   * @param follow bring the chosen cell into sight.
   * @param moved whether the period or the reference is another than before.
   */
  function show(follow: boolean, moved = true): void {
    if (!data) return;
    if (moved) tell();
    const order = controls.order(data, chosen.place);
    if (!order.includes(chosen.column) && order.length)
      chosen = { ...chosen, column: order[0] as number };
    cells.show(data, controls.reference, order, chosen, follow);
    map.show({
      ...cells.drawing(order),
      ...(order.length ? {} : { chart: () => t("No column matches.") }),
    });
    details();
  }

  function tell(): void {
    if (!data) return;
    const verdict = verdictOf(data, controls.reference, chosen.place);
    badge.className = `cx-badge cx-${TONES[verdict.worst]}`;
    badge.replaceChildren(mark(verdict.worst), verdict.badge);
    setText(headline, verdict.headline);
    const rest = verdict.told.length - MOST_TOLD;
    const shown = all ? verdict.told : verdict.told.slice(0, MOST_TOLD);
    told.replaceChildren(...shown.map((text) => h("li", {}, ...spoken(text))));
    told.hidden = !shown.length;
    more.hidden = rest <= 0;
    setText(more, all ? t("Show less") : t("Show {rest} more", { rest }));
    setText(warning, smallness(data, controls.reference, chosen.place));
  }

  /** Only the tab that is seen is drawn. */
  function details(): void {
    if (!data) return;
    const { reference } = controls;
    const { place } = chosen;
    const name = data.columns[chosen.column]?.name ?? "";
    if (tabs.place === 0) {
      const drawing = bars.drawing(data, chosen.column, reference, place);
      column.show(drawing);
      receipt.show({ ...drawing, title: t("Receipt"), chart: null });
    }
    if (tabs.place === 1) {
      figures.psi.show(psiTrend(data, reference, chosen.column, place));
      figures.reasons.show(reasonsTrend(data, place));
    }
    if (tabs.place === 2) {
      figures.rank.show(rankTrend(data, name, place));
      figures.share.show(shareTrend(data, name, place));
    }
    if (tabs.place === 3)
      figures.impact.show(
        impact(data, reference, place, chosen.column, (to) =>
          choose({ column: to, place }),
        ),
      );
  }

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    setText(said, t("Looking…"));
    try {
      await bridge.inquire("look", {});
      setText(problem, "");
      lost = false;
    } catch (error) {
      const reason = reasonOf(error);
      setText(problem, stale(reason));
      lost = reason !== "";
    }
    setText(said, "");
    looking = false;
  }

  async function save(format: string): Promise<void> {
    setText(said, t("Writing…"));
    try {
      const { result, buffers } = await bridge.ask("export", { format });
      const [content] = buffers;
      const { name } = result as { name: string };
      if (content) {
        const { buffer, byteOffset, byteLength } = content;
        const bytes = (buffer as ArrayBuffer).slice(
          byteOffset,
          byteOffset + byteLength,
        );
        download(name, new Blob([bytes]));
      }
      // Whether the host lets it through is told to nobody.
      setText(
        said,
        t(
          "{name} was handed to the browser. If it does not arrive, add --export " +
            "{name} to the line.",
          { name },
        ),
      );
    } catch (error) {
      setText(said, "");
      setText(problem, reasonOf(error));
    }
  }

  bridge.on("drift", (message, buffers) => {
    const before = data?.columns[chosen.column]?.name;
    const first = data === null;
    data = new DriftData(message, buffers);
    setText(title, message.title);
    alerts.replaceChildren(
      ...message.alerts.map((text) => h("li", {}, ...spoken(text))),
    );
    alerts.hidden = !message.alerts.length;
    controls.describe(data, first);
    marks.replaceChildren(key(WORDS, data.hasGaps));
    const kept = message.columns.findIndex(({ name }) => name === before);
    const place = controls.place;
    const [worst] = controls.order(data, place);
    chosen = { column: kept >= 0 ? kept : (worst ?? 0), place };
    if (files.childElementCount !== message.exports.length)
      files.replaceChildren(
        ...message.exports.map((kind) =>
          small(FILES[kind] ?? kind, () => save(kind), "cx-file"),
        ),
      );
    (files.previousElementSibling as HTMLElement).hidden = !message.exports.length;
    refresh.hidden = !message.refreshable;
    setText(
      updated,
      message.refreshable ? t("updated {time}", { time: clock(message.updated) }) : "",
    );
    const empty = !message.columns.length;
    for (const part of [map.element, tabs.list]) part.hidden = empty;
    (panels[tabs.place] as HTMLElement).hidden = empty;
    frame.filled();
    show(!first);
  });
  // A platform that was away is asked again by itself.
  keepLooking(
    host,
    signal,
    () => (lost ? AGAIN : Number.POSITIVE_INFINITY),
    async () => {
      await bridge.ask("look", {});
      setText(problem, "");
      lost = false;
    },
  );
  bridge.replay(at.early);
  if (!data) bridge.ask("hello", {}).catch(() => {});
  return frame.close;
}
