"""What a run counted so far; a killed run goes on from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codex_jupyter.config import read_json, write_private
from codex_jupyter.drift import DriftReference, DriftResult, add_counts, beside, compare
from codex_jupyter.errors import DriftError
from codex_jupyter.server.tables import read_packed

_FILE = "tally.json"
_REASONS = 5
MOST_BAD = 0.2
"""The share of records that cannot be used from which on a run is given up."""
_JUDGED_FROM = 100


class TooManyBad(ValueError):
    """Too many records cannot be used; the text says how many, and why the first."""


@dataclass(slots=True)
class Tally:
    """Counts of a run so far.

    Args:
        records: taken into account, good and bad.
        rows: of the features.
        reasons: of the first bad records: ``{"at", "text", "record"}``.
        columns: of the features.
        samples: where samples of the features are.
    """

    records: int = 0
    bad: int = 0
    rows: int = 0
    chunks: int = 0
    reasons: list[dict[str, str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    example: str = ""
    samples: list[str] = field(default_factory=list)
    drift: DriftResult | None = None

    @classmethod
    def load(cls, folder: Path) -> Tally:
        """What an earlier try of the same run left there, or nothing."""
        held = read_json(folder / _FILE)
        drift = held.pop("drift", None)
        return cls(**held, drift=DriftResult.from_dict(drift) if drift else None)

    def save(self, folder: Path) -> None:
        """Keep it, whole or not at all.

        Raises:
            OSError: the folder cannot be written.
        """
        told = {name: getattr(self, name) for name in self.__slots__}
        told["drift"] = self.drift.to_dict() if self.drift else None
        write_private(folder / _FILE, told)

    def add(
        self,
        told: dict[str, Any],
        out: str,
        reference: DriftReference,
        columns: dict[str, list[str]],
    ) -> None:
        """Count what the process made of a chunk, and forget its frames.

        Args:
            told: the process's answer.
            out: where it wrote.
            columns: ``InputCols`` and ``OutputCols``.

        Raises:
            ValueError: a column cannot be compared with the training's.
            TooManyBad: so they are.
        """
        self.records += told["records"]
        self.bad += told["bad"]
        self.reasons += told["reasons"][: _REASONS - len(self.reasons)]
        if told["rows"]:
            self.rows += told["rows"]
            self.columns = told["columns"]
            self.example = self.example or told["example"]
            part = counted(out, reference, columns)
            self.drift = add_counts(self.drift, part) if self.drift else part
            sample = Path(f"{out}.sample")
            if sample.exists():
                self.samples.append(str(sample))
        self.chunks += 1
        if self.records >= _JUDGED_FROM:
            self.check_bad()

    def check_bad(self) -> None:
        """Refuse to go on with too many bad records.

        Raises:
            TooManyBad: so they are.
        """
        if self.records and self.bad / self.records > MOST_BAD:
            raise TooManyBad(self.bad_text())

    def bad_text(self) -> str:
        """How many records could not be used, and why the first could not."""
        if not self.bad:
            return ""
        text = f"{self.bad} of {self.records} records could not be used."
        if self.reasons:
            first = self.reasons[0]
            text += f" {first['text']}"
            if first["record"]:
                text += f"\nThe first such record, of {first['at']}: {first['record']}"
        return text


def counted(
    out: str, reference: DriftReference, columns: dict[str, list[str]]
) -> DriftResult:
    """The counts of one chunk.

    Raises:
        ValueError: a column cannot be compared with the training's.
    """
    parts = []
    for suffix, key in (("inputs", "InputCols"), ("outputs", "OutputCols")):
        path = Path(f"{out}.{suffix}")
        table = read_packed(path)
        path.unlink()
        try:
            parts.append(
                compare(None, table, columns=columns[key], reference_counts=reference)
            )
        except DriftError as error:
            raise ValueError(
                " ".join(text for text in (error.message, error.hint) if text)
            ) from None
    return beside(*parts)
