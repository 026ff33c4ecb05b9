"""One prediction through the platform against the bare function, and many at once."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from timing import platform, repeat, show

TIMES, ROUNDS = 25, 20
SECONDS = 5.0
WORK = """
import json


def score(data, base_path):
    return {"double": 2 * json.loads(data)["x"]}
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
    host = model.base_url.split("/")[2]
    link = http.client.HTTPConnection(host)
    path = f"/api/model/sync/run/bench/{model.model_hash}"
    token = client.group_token("bench").reveal()

    def plain() -> None:
        """The same prediction over a bare HTTP connection."""
        headers = {"Authorization": f"Bearer {token}"}
        link.request("POST", path, json.dumps({"Input": row}), headers)
        link.getresponse().read()

    def health() -> None:
        """The cheapest answer that the platform has."""
        link.request("GET", "/api/health")
        link.getresponse().read()

    ways: dict[str, Callable[[], object]] = {
        "score() in a loop": lambda: score(text, ""),  # type: ignore[operator]
        "the platform's health, over bare HTTP": health,
        "the prediction, over bare HTTP": plain,
        "the prediction, through the Python client": lambda: model.predict(data=row),
    }
    runs: dict[str, list[float]] = {name: [] for name in ways}
    # In turn, so that a machine that slows down slows all of them.
    for _ in range(ROUNDS):
        for name, way in ways.items():
            runs[name] += repeat(way, TIMES)
    for name, seconds in runs.items():
        show(name, seconds, "ms")
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
