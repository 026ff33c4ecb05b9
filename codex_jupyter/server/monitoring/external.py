"""External monitoring: what is registered for it, and the tables that it reads."""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.protocol.names import model_problem
from codex_jupyter.protocol.texts import plain_text
from codex_jupyter.server.clock import now
from codex_jupyter.server.datasources import Unreadable
from codex_jupyter.server.datasources.formats import HEAD, format_of
from codex_jupyter.server.detached import detached
from codex_jupyter.server.external import to_parquet
from codex_jupyter.server.importing import source_of
from codex_jupyter.server.inputs import encoding_of
from codex_jupyter.server.store import MonitoringRow

from .configuration import columns_of, period_of, thresholds_of, webhook_of
from .gathering import Chunk, fresh_folders
from .periods import Span
from .registering import keep, new_hash

if TYPE_CHECKING:
    import pandas as pd

    from codex_jupyter.server.platform import Platform

    from .workspace import Workspace

_EXTRACTIONS = ("Full", "Incremental")
_ROWS = 100_000
_TRIED_ROWS = 1000
_PIECE = 1 << 20


def register_external(
    platform: Platform, given: dict[str, Any], group: str, creator: str
) -> MonitoringRow:
    """Register the monitoring of what a datasource leads to.

    Raises:
        ValueError: something in it cannot be; one or two sentences say what.
        OSError: the training's data cannot be read.
    """
    name = str(given.get("Name") or "")
    if problem := model_problem(name):
        raise ValueError(problem.replace("model", "monitoring"))
    number = given.get("TrainingExecutionId")
    if isinstance(number, bool) or not str(number).isdecimal() or len(str(number)) > 9:
        raise ValueError("TrainingExecutionId is the number of a training execution.")
    extraction = str(given.get("ExtractionType") or "").capitalize()
    if extraction not in _EXTRACTIONS:
        raise ValueError("ExtractionType is Full or Incremental.")
    column, day = given.get("ColumnName"), given.get("ReferenceDate")
    if extraction == "Incremental" and not column:
        raise ValueError(
            "An Incremental extraction needs ColumnName, the column that holds the day "
            "of each row."
        )
    if day is not None:
        try:
            date.fromisoformat(str(day))
        except ValueError:
            raise ValueError("ReferenceDate is a day such as 2026-03-01.") from None
    source, uri = str(given.get("DataSourceName") or ""), given.get("DataSourceUri")
    if platform.store.datasources.get(group, source) is None:
        raise ValueError(
            f"There is no datasource '{source[:60]}' in the group '{group}'."
        )
    if not isinstance(uri, str) or not uri.strip():
        raise ValueError("DataSourceUri is the address of the table.")
    here = f"Python3{sys.version_info.minor}"
    config: dict[str, Any] = {
        "Period": period_of(given.get("Period")),
        "TrainData": {
            "MLOpsTrainingExecution": int(str(number)),
            "TrainDateRef": None,
            "TrainDateCol": None,
        },
        "InputCols": columns_of(given, "InputCols"),
        "OutputCols": columns_of(given, "OutputCols"),
        "Thresholds": thresholds_of(given.get("Thresholds")),
        "Webhook": webhook_of(given.get("Webhook")),
        "DataSourceName": source,
        "DataSourceUri": uri.strip(),
        "ExtractionType": extraction,
        "ColumnName": str(column) if column else None,
        "ReferenceDate": str(day) if day else None,
    }
    row = MonitoringRow(
        hash=new_hash(),
        group=group,
        model=None,
        name=name,
        period=config["Period"],
        config=config,
        preprocess=None,
        shap=None,
        python=str(given.get("PythonVersion") or here),
        creator=creator,
        registered_at=now(),
    )
    return keep(platform, row, [])


class Tables:
    """The files that the datasource leads to, of them the rows of one period.

    Args:
        span: None for the beginning of the first file, to try the functions on.

    Raises:
        ValueError: they cannot be found.
        Cancelled: nobody wants them any more.
    """

    worth = 4

    def __init__(self, place: Workspace, span: Span | None) -> None:
        self._place = place
        self._span = span
        config, platform = place.monitoring.config, place.platform
        row = platform.store.datasources.get(
            place.monitoring.group, config["DataSourceName"]
        )
        if row is None:
            raise ValueError(
                f"The datasource '{config['DataSourceName']}' was deleted."
            )
        try:
            self._source = source_of(platform, row)
            found = self._wait(lambda: self._source.find(config["DataSourceUri"]))
        except Unreadable as error:
            raise ValueError(error.text) from None
        self._uris = [one.uri for one in found][: None if span else 1]
        self.total = len(self._uris)

    def chunks(self, folder: Path, skip: int) -> Iterator[Chunk]:
        """One file at a time, without those that have no row of the period."""
        folders = fresh_folders(folder)
        for uri in self._uris[skip:]:
            own = next(folders)
            raw, target = own / "fetched", own / "table"
            try:
                self._wait(partial(self._fetch, uri, raw))
            except Unreadable as error:
                raise ValueError(error.text) from None
            rows = self._kept(raw, target)
            raw.unlink()
            yield Chunk(target, "table" if rows else "empty", 1)

    def _wait(self, work: Callable[[], Any]) -> Any:
        return detached(work, self._place.execution.is_over)

    def _fetch(self, uri: str, target: Path) -> None:
        limit, size = self._place.platform.limits.input_bytes, 0
        with self._source.open(uri) as opened, target.open("wb") as out:
            while True:
                try:
                    piece = opened.read(_PIECE)
                except Exception as error:  # noqa: BLE001 - each provider has its own
                    raise self._source.worded(error, uri) from None
                if not piece:
                    return
                size += len(piece)
                if size > limit:
                    raise Unreadable(f"{uri} has more than {limit >> 20} MiB.")
                out.write(piece)

    def _kept(self, raw: Path, target: Path) -> int:
        """Write the rows that count; how many they are."""
        config, span = self._place.monitoring.config, self._span
        with raw.open("rb") as file:
            kind = format_of(file.read(HEAD))
        if span is not None and config["ExtractionType"] == "Full":
            shutil.copyfile(raw, target)
            return 1
        choose = _Choice(config["ColumnName"], config["ReferenceDate"], span)
        if kind == "csv":
            return _of_text(raw, target, choose)
        if kind != "parquet":
            to_parquet(raw, raw)
        return _of_parquet(raw, target, choose)


class _Choice:
    """Tells which rows of a frame count."""

    def __init__(
        self, column: str | None, since: str | None, span: Span | None
    ) -> None:
        self._column, self._span, self._since = column, span, since

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows that count."""
        import pandas as pd

        if self._span is None:
            return frame.head(_TRIED_ROWS)
        if self._column not in frame.columns:
            known = ", ".join(map(str, frame.columns[:12]))
            raise ValueError(
                f"The table has no column '{self._column}', which ColumnName names. It "
                f"has: {known}."
            )
        days = pd.to_datetime(
            frame[self._column], errors="coerce", utc=True, format="ISO8601"
        ).dt.tz_localize(None)
        start, end = self._span.start, self._span.end
        if self._since:
            start = max(start, datetime.fromisoformat(self._since))
        return frame[(days >= start) & (days < end)]


def _of_text(raw: Path, target: Path, choice: _Choice) -> int:
    import pandas as pd

    with raw.open("rb") as file:
        heading = plain_text(file.read(HEAD)).partition("\n")[0]
    try:
        mark = csv.Sniffer().sniff(heading, ",;\t|").delimiter
    except csv.Error:
        mark = ","
    count = 0
    # As texts: what the cells mean is for the user's own environment to say.
    parts = pd.read_csv(
        raw,
        sep=mark,
        dtype=str,
        keep_default_na=False,
        encoding=encoding_of(raw),
        chunksize=_ROWS,
    )
    for place, part in enumerate(parts):
        kept = choice.of(part)
        kept.to_csv(target, mode="a" if place else "w", header=not place, index=False)
        count += len(kept)
    return count


def _of_parquet(raw: Path, target: Path, choice: _Choice) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = 0
    with (
        pq.ParquetFile(raw) as file,
        pq.ParquetWriter(target, file.schema_arrow) as out,
    ):
        for batch in file.iter_batches(batch_size=_ROWS):
            kept = choice.of(batch.to_pandas())
            count += len(kept)
            places = pa.array(kept.index)
            out.write_batch(batch.take(places))
    return count
