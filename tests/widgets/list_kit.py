"""A platform with executions that a test makes, for the panel that lists them."""

from __future__ import annotations

from execution_kit import FakeExecution


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
        self.opened.append(FakeExecution(name=row["Name"], info=row))
        return self.opened[-1]

    def called(self, execution):
        return "execution 5", f"%codex attach {execution.name} 5 --wait"
