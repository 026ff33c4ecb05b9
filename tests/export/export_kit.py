"""A model to be exported."""

from __future__ import annotations

from codex_jupyter.export import Drift, Facts, Training

HASH = "M" + "e" * 63
ROWS = (
    {
        "RegisteredAt": "2026-11-23T18:25:28.532590+00:00",
        "OutputType": "Debug",
        "OutputData": "Downloading numpy",
        "Routine": "Host",
    },
)
PERIODS = tuple(
    {
        "Label": f"2026-W{week}",
        "Verdict": "significant" if week > 13 else "stable",
        "Rows": 1000 + week,
        "Averages": {"Psi": week / 50, "Ndcg": None},
        "Columns": {
            "age": {"Psi": 0.4, "Level": "significant" if week > 13 else "stable"},
            "São Paulo": {"Psi": None, "Level": "empty"},
        },
    }
    for week in range(10, 16)
)
WATCHED = {
    "training": Training(
        experiment="churn",
        number="3",
        name="deep trees",
        kind="Custom",
        task="Classification",
        metrics={"auc": 0.8312345678},
        parameters={"depth": 7},
    ),
    "drift": (Drift("Week", "Validated", PERIODS),),
}
FACTS = Facts(
    name="credit-score",
    group="demo",
    hash=HASH,
    state="Deployed",
    operation="Sync",
    reference="score",
    python="3.11",
    uploaded="2026-11-23T18:25:28.532590+00:00",
    address="http://127.0.0.1:1/api",
    docs=f"http://127.0.0.1:1/api/model/sync/docs/demo/{HASH}",
    requirements="numpy==2.4.6\nscikit-learn>=1.5,<2",
    files=(
        {"Role": "source", "Name": "score.py", "Size": 1266, "Sha256": "ab" * 32},
        {"Role": "model", "Name": "model.pkl", "Size": 19, "Sha256": "cd" * 32},
        {"Role": "extra", "Name": "zip codes.csv", "Size": 1, "Sha256": "ef" * 32},
    ),
    stages=(
        {"Stage": "install", "Progress": "done", "Seconds": 6.4, "Note": "new"},
        {"Stage": "test", "Progress": "failed", "Seconds": 0.1, "Note": ""},
    ),
    sample={"age": 41, "city": "São Paulo", "owner": True},
    answer={"probability": 0.82},
    snippets={
        "python": "import os\nprint(os.environ['MLOPS_GROUP_TOKEN'])",
        "curl": "curl -sS http://127.0.0.1:1",
        "javascript": "fetch('http://127.0.0.1:1')",
    },
    build_log=ROWS,
    errors=(
        {
            "RegisteredAt": "2026-11-23T18:26:00.1+00:00",
            "OutputData": "score() raised KeyError: 'city'",
        },
    ),
)
