"""One prediction through the platform against the bare function, and many at once."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

from timing import platform, repeat, show

TIMES, ROUNDS = 25, 20
SECONDS = 5.0
WORK = """
import json
import math


def score(data, base_path):
    row = json.loads(data)
    total = 0.0
    for i in range(60000):
        total += math.sqrt(i * row["x"])
    return {"total": total}
"""

scope: dict[str, object] = {}
exec(WORK, scope)  # noqa: S102 - the same text that is deployed
score = scope["score"]
with platform() as (client, _):
    model = client.create_model(
        model_name="bench",
        model_reference="score",
        source_file=("score.py", WORK.encode()),
        model_file=("model.pkl", b""),
        requirements_file=("requirements.txt", b""),
        schema={"x": 2},
        group="bench",
    )
    row = {"x": 2}
    text = json.dumps(row)
    model.predict(data=row)
    repeat(lambda: score(text, ""), 50)  # type: ignore[operator]
    bare_runs, our_runs = [], []
    # In turn, so that a machine that slows down slows both.
    for _ in range(ROUNDS):
        bare_runs += repeat(lambda: score(text, ""), TIMES)  # type: ignore[operator]
        our_runs += repeat(lambda: model.predict(data=row), TIMES)
    bare = show("score() in a loop", bare_runs, "ms")
    ours = show("the same through the platform, one client", our_runs, "ms")
    print(f"on top of the function: {1000 * (ours - bare):.2f} ms")
    for clients in (4, 16):
        until = time.perf_counter() + SECONDS

        def call(until: float = until) -> int:
            """Predict until the time is over; how often."""
            count = 0
            while time.perf_counter() < until:
                model.predict(data=row)
                count += 1
            return count

        with ThreadPoolExecutor(clients) as pool:
            done = sum(
                job.result() for job in [pool.submit(call) for _ in range(clients)]
            )
        print(f"{clients:2} clients: {done / SECONDS:.0f} answers a second")
