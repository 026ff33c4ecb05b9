"""A model on one page: card, training, drift, schema, calls, files, build, errors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from codex_jupyter.render.html import Child, Markup, tag
from codex_jupyter.render.pages import grid, listing, page
from codex_jupyter.render.said import said
from codex_jupyter.render.text import clean, one_line
from codex_jupyter.render.words import Words, mark

from .facts import Facts, Row
from .watched import drifted, trained

MOST_BYTES = 500_000
# Characters of each long text and rows of each table; the next smaller ones while the
# page is too large.
_BUDGETS = ((120_000, 300), (30_000, 150), (6_000, 60), (1_500, 25))
_ERRORS = 20

_LOOKS = {
    "Deployed": ("ok", "✓"),
    "Failed": ("bad", "✗"),
    "FailedRecovery": ("bad", "✗"),
    "DisabledFailed": ("bad", "✗"),
    "Disabled": ("off", "‖"),
    "DisabledRecovery": ("off", "‖"),
    "Deleted": ("off", "✕"),
    "done": ("ok", "✓"),
    "failed": ("bad", "✗"),
}
# The stages of a deployment and how they go, as the wire names them.
_WORDS = {
    "resolve": mark("Resolve"),
    "install": mark("Install"),
    "start": mark("Start up"),
    "test": mark("Test"),
    "done": mark("done"),
    "failed": mark("failed"),
    "started": mark("begun"),
}


def dossier(facts: Facts, language: str, now: datetime) -> str:
    """The page: HTML below 500 KB, without scripts, with nothing from elsewhere.

    Args:
        facts: of the model.
        language: one of `render.words.LANGUAGES`.
        now: the moment that is told as that of writing.
    """
    text = ""
    for budget, rows in _BUDGETS:
        text = _Page(facts, Words(language), budget, rows).text(language, now)
        if len(text.encode()) < MOST_BYTES:
            break
    return text


class _Page:
    def __init__(self, facts: Facts, words: Words, budget: int, most: int) -> None:
        self.facts = facts
        self.words = words
        self.budget = budget
        self.most = most

    def text(self, language: str, now: datetime) -> str:
        words, facts = self.words, self.facts
        kind, sign = _LOOKS.get(facts.state, ("busy", "…"))
        state = tag("span", f"{sign} {facts.state}", class_=f"state {kind}")
        head = tag(
            "header",
            tag("p", words.t("Model dossier")),
            tag("h1", one_line(facts.name), state),
        )
        when = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        foot = tag(
            "footer", f"{words.t('Written on')} {when} · codex_jupyter · {facts.hash}"
        )
        return page(
            f"{one_line(facts.name)} · {words.t('Model dossier')}",
            language,
            head,
            tag("main", list(self._sections())),
            foot,
        )

    def _sections(self) -> Iterable[Markup]:
        t = self.words.t
        yield self._section(t("Model card"), self._card())
        yield self._section(
            t("Training"), trained(self.facts.training, self.words, self.most)
        )
        yield self._section(
            t("Drift over time"), drifted(self.facts.drift, self.words, self.most)
        )
        yield self._section(t("Input schema"), self._schema())
        yield self._section(t("Sample input and its answer"), self._sample())
        yield self._section(t("How to call it"), self._calls())
        yield self._section(t("Requirements"), self._requirements())
        yield self._section(t("Files"), self._files())
        yield self._section(t("Deployment"), self._build())
        yield self._section(t("Errors of the last seven days"), self._errors())

    def _section(self, name: str, body: Child) -> Markup:
        return tag("section", tag("h2", name), body)

    def _card(self) -> Markup:
        facts, words = self.facts, self.words
        rows: list[tuple[str, Child]] = [
            (words.t("Name"), one_line(facts.name)),
            (words.t("Group"), facts.group),
            (words.t("Hash"), _mono(facts.hash)),
            (words.t("State"), said(facts.state, words.language)),
            (words.t("Operation"), facts.operation),
            (words.t("Python"), facts.python or words.t("not known")),
            (words.t("Entry point"), _mono(f"{facts.reference}()")),
            (words.t("Uploaded"), _moment(facts.uploaded) or words.t("not known")),
            (words.t("Platform"), _mono(facts.address)),
            (words.t("Documentation"), _mono(facts.docs)),
        ]
        if facts.message:
            rows.append(
                (words.t("Reason"), self._pre(said(facts.message, words.language)))
            )
        return listing(rows)

    def _schema(self) -> Child:
        words, fields = self.words, self.facts.fields
        if not fields:
            return tag("p", words.t("The sample has no named fields."), class_="soft")
        rows: list[list[Child]] = [
            [
                _mono(one_line(name, 120)),
                kind,
                _mono(one_line(json.dumps(value, ensure_ascii=False), 80)),
            ]
            for name, kind, value in fields[: self.most]
        ]
        table = grid([words.t("Field"), words.t("Type"), words.t("Example")], rows)
        return [table, self._more(len(fields) - self.most)]

    def _sample(self) -> Child:
        facts, words = self.facts, self.words
        blocks = [
            tag("div", tag("h3", name), self._json(value))
            for name, value in (
                (words.t("Input"), facts.sample),
                (words.t("Answer"), facts.answer),
            )
        ]
        return tag("div", blocks, class_="pair")

    def _calls(self) -> Child:
        blocks: list[Child] = [
            tag(
                "p",
                self.words.t(
                    "The group's token is read from MLOPS_GROUP_TOKEN; "
                    "it is not in this file."
                ),
                class_="soft",
            )
        ]
        for language in ("python", "curl", "javascript"):
            if code := self.facts.snippets.get(language):
                blocks += [tag("h3", language), self._pre(code.rstrip())]
        return blocks

    def _requirements(self) -> Child:
        lines = self.facts.requirements.splitlines()
        if not lines:
            return tag("p", self.words.t("none"), class_="soft")
        shown = "\n".join(one_line(line, 300) for line in lines[: self.most])
        return [self._pre(shown), self._more(len(lines) - self.most)]

    def _files(self) -> Child:
        words, files = self.words, self.facts.files
        if not files:
            return tag("p", words.t("not known"), class_="soft")
        rows: list[list[Child]] = [
            [
                one_line(row.get("Role", ""), 20),
                _mono(one_line(row.get("Name", ""), 120)),
                _count(row.get("Size")),
                _mono(one_line(row.get("Sha256", ""), 64)),
            ]
            for row in files[: self.most]
        ]
        heads = [words.t("Role"), words.t("File"), words.t("Bytes"), "SHA-256"]
        return [grid(heads, rows, numbers=(2,)), self._more(len(files) - self.most)]

    def _build(self) -> Child:
        words, facts = self.words, self.facts
        times = [_seconds(stage) for stage in facts.stages]
        longest = max([*times, 0.0]) or 1.0
        rows: list[list[Child]] = [
            [
                words.t(
                    _WORDS.get(
                        stage.get("Stage", ""), one_line(stage.get("Stage", ""), 20)
                    )
                ),
                self._progress(one_line(stage.get("Progress", ""), 20)),
                f"{seconds:.2f}",
                _bar(seconds / longest),
                one_line(said(stage.get("Note", ""), words.language), 200),
            ]
            for stage, seconds in zip(facts.stages[: self.most], times, strict=False)
        ]
        heads = [
            words.t("Step"),
            words.t("Result"),
            words.t("Seconds"),
            "",
            words.t("Note"),
        ]
        table = grid(heads, rows, numbers=(2,)) if rows else None
        if not facts.build_log:
            return [
                table,
                None if table else tag("p", words.t("not known"), class_="soft"),
            ]
        lines = "\n".join(_line(row) for row in facts.build_log)
        return [table, tag("h3", words.t("Build log")), self._pre(lines, "log")]

    def _errors(self) -> Child:
        words, errors = self.words, self.facts.errors[-_ERRORS:]
        if not errors:
            return tag("p", words.t("No error is in its log."), class_="soft")
        each = max(500, self.budget // len(errors))
        rows: list[list[Child]] = [
            [
                tag("span", _moment(str(row.get("RegisteredAt", ""))), class_="time"),
                tag("pre", _tail(clean(row.get("OutputData", "")).rstrip(), each)),
            ]
            for row in reversed(errors)
        ]
        return grid([words.t("When (UTC)"), words.t("Text")], rows)

    def _progress(self, word: str) -> Markup:
        kind, sign = _LOOKS.get(word, ("busy", "…"))
        said = self.words.t(_WORDS.get(word, word))
        return tag("span", f"{sign} {said}", class_=kind)

    def _json(self, value: Any) -> Markup:
        if value is None:
            return tag("p", self.words.t("not known"), class_="soft")
        return self._pre(json.dumps(value, indent=2, ensure_ascii=False))

    def _pre(self, text: str, kind: str | None = None) -> Markup:
        shown = clean(text)
        if len(shown) > self.budget:
            # The end of a log tells more than its beginning, and of code both do.
            half = self.budget // 2
            shown = (
                f"{shown[:half]}\n… {self.words.t('(shortened)')} …\n{shown[-half:]}"
            )
        # A block that scrolls must be reachable without a mouse.
        return tag("pre", shown, class_=kind, tabindex="0" if kind else None)

    def _more(self, count: int) -> Markup | None:
        return tag("p", f"… + {count}", class_="soft") if count > 0 else None


def _mono(text: str) -> Markup:
    return tag("span", clean(text), class_="mono")


def _bar(part: float) -> Markup:
    bar = tag("span", class_="bar", style=f"width:{100 * part:.1f}%")
    return tag("span", bar, class_="bars", aria_hidden="true")


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return one_line(text, 40)


def _seconds(stage: Row) -> float:
    value = stage.get("Seconds")
    return float(value) if isinstance(value, (int, float)) else 0.0


def _count(value: Any) -> str:
    # A thin space between thousands is right in either language.
    return f"{value:,}".replace(",", "\u2009") if isinstance(value, int) else ""


def _line(row: Row) -> str:
    kind = str(row.get("OutputType", ""))
    mark = "" if kind in ("Ok", "Debug") else f"{kind}: "
    time = str(row.get("RegisteredAt", ""))[11:19]
    return f"{time}  {mark}{clean(row.get('OutputData', '')).rstrip()}"


def _tail(text: str, most: int) -> str:
    return text if len(text) <= most else f"…{text[-most:]}"
