"""PSI of 500,000 + 500,000 rows, 30 numeric and 5 categorical columns, and of files.

    .venv/bin/python benchmarks/drift.py [--rows N] [--stream ROWS]
        [--evidently PYTHON] [--nannyml PYTHON]

--stream also writes and reads a Parquet file of so many rows x 10 columns.
--evidently and --nannyml also run these peers, in turns with ours, with the interpreter
of an environment that holds them:

    uv pip install --python E "evidently==0.7.23" "pandas<3" pyarrow
    uv pip install --python N "nannyml==0.13.1" "pandas<3" pyarrow statsmodels
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from timing import machine, repeat, show

from codex_jupyter.drift import DriftReference, compare

TIMES = 5
NUMERIC, CATEGORICAL = 30, 5
# What a peer runs in its own environment: {work} between reading and telling.
PEER = """
import resource, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas as pd
from pathlib import Path
{imports}
folder = Path(sys.argv[1])
before, now = (pd.read_parquet(folder / f"{{s}}.parquet") for s in ("before", "now"))
held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.perf_counter()
{work}
seconds = time.perf_counter() - begun
print(seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1000)
"""
PEERS = {
    "Evidently, PSI preset": PEER.format(
        imports="from evidently import Dataset, DataDefinition, Report\n"
        "from evidently.presets import DataDriftPreset",
        work="sides = [Dataset.from_pandas(side, data_definition=DataDefinition()) "
        "for side in (before, now)]\n"
        'Report([DataDriftPreset(method="psi")]).run(sides[1], sides[0]).dict()',
    ),
    "NannyML, Jensen-Shannon": PEER.format(
        imports="import nannyml",
        work="found = nannyml.UnivariateDriftCalculator(\n"
        "    column_names=list(before), chunk_number=1,\n"
        "    continuous_methods=['jensen_shannon'],\n"
        "    categorical_methods=['jensen_shannon'],\n"
        ")\nfound.fit(before)\nfound.calculate(now).to_df()",
    ),
}


def made(rows: int, shift: float, seed: int) -> pd.DataFrame:
    """Numbers with missing values, text with missing and unseen values."""
    rng = np.random.default_rng(seed)
    columns: dict[str, object] = {}
    for place in range(NUMERIC):
        values = rng.normal(shift, 1, rows)
        if place % 3 == 0:
            values[rng.random(rows) < 0.05] = np.nan
        columns[f"number{place}"] = values
    words = np.array([f"value {place}" for place in range(21)])
    for place in range(CATEGORICAL):
        text = pd.Series(words[rng.integers(0, 21 if shift else 20, rows)])
        columns[f"text{place}"] = text.mask(rng.random(rows) < 0.02)
    return pd.DataFrame(columns)


def plain(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, float]:
    """The same definition in the usual numpy and pandas lines, one thread."""
    found = {}
    for name in before:
        a, b = before[name], now[name]
        if a.dtype.kind == "f":
            edges = np.quantile(a.dropna(), np.linspace(0, 1, 11))[1:-1]
            sides = [
                np.append(
                    np.bincount(np.searchsorted(edges, one.dropna()), minlength=10),
                    one.isna().sum(),
                )
                for one in (a, b)
            ]
        else:
            counts = [one.value_counts(dropna=False) for one in (a, b)]
            keys = counts[0].index.union(counts[1].index, sort=False)
            sides = [one.reindex(keys, fill_value=0).to_numpy() for one in counts]
        p, q = (np.where(one == 0, 1e-4, one / one.sum()) for one in sides)
        found[name] = float(((q - p) * np.log(q / p)).sum())
    return found


def extra_memory(work: Callable[[], object]) -> float:
    """MB of resident memory that the work adds at its peak."""
    process = psutil.Process()
    before = peak = process.memory_info().rss
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.002):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    over.set()
    watcher.join()
    return (peak - before) / 1e6


def in_memory(rows: int, peers: dict[str, str]) -> None:
    """The frames of the promise."""
    before, now = made(rows, 0.0, 1), made(rows, 0.1, 2)
    ours = compare(before, now).frame["psi"].to_dict()
    theirs = plain(before, now)
    assert max(abs(ours[name] - theirs[name]) for name in ours) < 1e-9
    peak = extra_memory(lambda: compare(before, now))
    fast = show("compare", repeat(lambda: compare(before, now), TIMES))
    begun = time.process_time()
    compare(before, now)
    print(f"  its CPU time {time.process_time() - begun:.2f} s, {peak:.0f} MB extra")
    frozen = DriftReference.fit(before)
    show("the reference frozen before", repeat(lambda: frozen.compare(now), TIMES))
    kinds = {f"text{place}": "category" for place in range(CATEGORICAL)}
    coded = [side.astype(kinds) for side in (before, now)]
    show("compare, text as categories", repeat(lambda: compare(*coded), TIMES))
    slow = show("plain numpy and pandas", repeat(lambda: plain(before, now), 3))
    print(f"  {slow / fast:.1f} times as long")
    with tempfile.TemporaryDirectory() as folder:
        if peers:
            for name, side in (("before", before), ("now", now)):
                side.to_parquet(Path(folder) / f"{name}.parquet")
        for name, python in peers.items():
            in_turns(name, python, folder, lambda: compare(before, now))


def in_turns(name: str, python: str, folder: str, ours: Callable[[], object]) -> None:
    """A peer and ours, one after the other, as the machine is then."""
    theirs, mine, extra = [], [], []
    for _ in range(3):
        ran = subprocess.run(
            [python, "-c", PEERS[name], folder], capture_output=True, text=True
        )
        if ran.returncode:
            sys.exit(f"{name} does not run in {python}:\n{ran.stderr[-2000:]}")
        seconds, peak = map(float, ran.stdout.splitlines()[-1].split())
        theirs.append(seconds)
        extra.append(peak)
        mine += repeat(ours, 3)
    slow = show(name, theirs)
    fast = show("compare, in turns with it", mine)
    print(f"  {slow / fast:.0f} times as long, {max(extra):.0f} MB extra")


def streamed(rows: int) -> None:
    """A Parquet file in batches, against itself."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "now.parquet"
        rng = np.random.default_rng(0)
        size = 1 << 19
        writer = None
        for at in range(0, rows, size):
            part = min(size, rows - at)
            table = pa.table({f"x{i}": rng.normal(size=part) for i in range(10)})
            writer = writer or pq.ParquetWriter(path, table.schema, compression="none")
            writer.write_table(table)
        assert writer is not None
        writer.close()
        sample = pq.ParquetFile(path).read_row_group(0).to_pandas()
        frozen = DriftReference.fit(sample)
        for what, work in (
            ("counted against a frozen reference", lambda: frozen.compare(path)),
            ("a reference fitted from the file", lambda: DriftReference.fit(path)),
        ):
            begun = time.perf_counter()
            peak = extra_memory(work)
            print(
                f"{rows:,} rows x 10, {what}: {time.perf_counter() - begun:.1f} s, "
                f"{peak:.0f} MB extra"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--stream", type=int, default=0)
    parser.add_argument("--evidently", default=None)
    parser.add_argument("--nannyml", default=None)
    given = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}, {machine()}")
    pythons = zip(PEERS, (given.evidently, given.nannyml), strict=True)
    in_memory(given.rows, {name: python for name, python in pythons if python})
    if given.stream:
        streamed(given.stream)
    print(f"at the end: {machine()}")
