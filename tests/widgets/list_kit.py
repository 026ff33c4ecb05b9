"""A platform with executions that a test makes, for the panel that lists them."""

from __future__ import annotations

from execution_kit import FakeBatch, FakeExecution


def row(number, kind="model", state="Succeeded", **more):
    return {
        "ExecutionId": number,
        "Kind": kind,
        "Hash": "M1",
        "Name": f"{kind}-of-{number % 7}",
        "Group": "demo",
        "ExecutionState": state,
        "RequestedAt": f"2026-01-02T10:00:{number % 60:02}+00:00",
        "TimeElapsed": 1200 + number,
        "InputFile": {"Name": "rows.csv", "Rows": 10},
        "OutputFile": {"Name": "output.csv"},
        "Message": None,
    } | more


class Listing:
    """What the panel's hands do, on rows in memory; keeps what it was asked."""

    def __init__(self, *rows):
        self.rows = sorted(rows, key=lambda one: -one["ExecutionId"])
        self.asked = []
        self.opened = []
        self.error = None

    def page(self, query, limit):
        self.asked.append(query)
        if self.error:
            raise self.error
        found = [
            one
            for one in self.rows
            if query.kind in (None, one["Kind"])
            and query.state in (None, one["ExecutionState"])
            and (query.text or "") in one["Name"]
            and (query.since is None or one["RequestedAt"] >= query.since.isoformat())
        ]
        return len(found), found[query.skip : query.skip + limit]

    def execution(self, row):
        is_model = row["Kind"] == "model"
        made = FakeBatch if is_model else FakeExecution
        kind = "AsyncModel" if is_model else "AsyncPreprocessing"
        number = str(row["ExecutionId"])
        self.opened.append(
            made(name=row["Name"], info=row, exec_id=number, exec_type=kind)
        )
        return self.opened[-1]

    def called(self, execution):
        number = execution.exec_id
        return f"execution {number}", f"%codex attach {execution.name} {number} --wait"

    def repeat_line(self, execution):
        if execution.exec_type == "AsyncModel":
            return ""
        return f"%codex preprocess {execution.name} FILE --wait"
