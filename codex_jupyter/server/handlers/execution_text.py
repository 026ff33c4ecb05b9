"""Many executions as one JSON text, as `executions.execution_row` tells each.

Ten thousand dicts and their serialisation take many times as long as this does, most
of it in the garbage collector, which looks at every dict and never at a text. For the
same reason there are few calls in the loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from json.encoder import encode_basestring_ascii as quoted
from typing import Any


def listing(count: int, rows: Sequence[Sequence[Any]]) -> bytes:
    """The answer that tells of executions.

    Args:
        count: how many there are in all.
        rows: as the store's ``executions.listed`` gives them, its columns in order.
    """
    made = []
    for (
        number,
        state,
        message,
        requested,
        started,
        finished,
        input_name,
        input_size,
        input_rows,
        input_dataset,
        input_blob,
        output_name,
        output_size,
        output_dataset,
    ) in rows:
        given = result = "null"
        if input_name is not None:
            given = (
                f'{{"Name":{quoted(input_name)},"Size":{_number(input_size)},'
                f'"Rows":{_number(input_rows)},"DatasetHash":{_text(input_dataset)},'
                f'"Sha256":{_text(input_blob)}}}'
            )
        if output_name is not None:
            size = _number(output_size)
            result = f'{{"Name":{quoted(output_name)},"Size":{size}}}'
        took = _milliseconds(started, finished) if started and finished else "null"
        made.append(
            f'{{"ExecutionId":{number},"ExecutionState":"{state}",'
            f'"Message":{_text(message)},"RequestedAt":{_time(requested)},'
            f'"RunAt":{_time(started or requested)},"FinishedAt":{_time(finished)},'
            f'"TimeElapsed":{took},"InputFile":{given},"OutputFile":{result},'
            f'"DatasetHash":{_text(output_dataset)}}}'
        )
    results = ",".join(made).encode("ascii")
    return b'{"Count":%d,"Results":[%s]}' % (count, results)


def _text(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def _number(value: int | None) -> int | str:
    return "null" if value is None else value


def _time(text: str | None) -> str:
    """A time as `clock.stamp` tells it, of the text that the database makes of it."""
    if text is None:
        return "null"
    return f'"{text[:10]}T{text[11:].removesuffix(".000000")}+00:00"'


def _milliseconds(begun: str, ended: str) -> int:
    first, last = datetime.fromisoformat(begun), datetime.fromisoformat(ended)
    return round((last - first).total_seconds() * 1000)
