"""Runs that meet bad records, kills, slow functions, files, and webhooks."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer

import httpx
import pytest

pytestmark = pytest.mark.platform

PICKY = """
import json

import pandas as pd


def parse(input_data, output_data):
    row = json.loads(input_data)
    outputs = pd.DataFrame([json.loads(output_data)])
    return pd.DataFrame([row])[["age", "income"]], outputs


def get_shap(data, model_path):
    return data * 0.5
"""
BATCH = """
import os

import pandas as pd


def score(data_path, model_path):
    frame = pd.read_csv(data_path + "/" + os.environ["inputFileName"])
    made = pd.DataFrame({"proba": frame["age"] * 0.01 + 0.1, "pred": 1})
    out = data_path + "/answers.csv"
    made.to_csv(out, index=False)
    return out
"""
OF_FILES = """
import pandas as pd


def parse(input_path, output_path):
    assert input_path.endswith(".csv") and output_path.endswith("answers.csv")
    return pd.read_csv(input_path), pd.read_csv(output_path)


def get_shap(data, model_path):
    return data * 0.5
"""


@pytest.fixture(scope="module")
def picky(kit, training):
    """A model monitored by a parse() that needs both columns, by the day."""
    model = kit.deploy(name="picky")
    return model, kit.monitored(model, training, PICKY, Period="Day")


def test_a_few_bad_records_are_counted_and_too_many_end_the_run(kit, picky):
    model, monitoring = picky
    rows = kit.people(95) + [{"age": 30}] * 5
    kit.records(model, kit.MONDAY, rows)
    kit.records(model, kit.MONDAY.replace(day=31), kit.people(70) + [{"age": 30}] * 30)
    found = kit.ran(monitoring, first="2026-03-30")["2026-03-30"]
    assert (found["Records"], found["Bad"], found["Rows"]) == (100, 5, 95)
    assert "KeyError" in found["BadReasons"][0]["text"]
    told = "In 2026-03-30: 5 of 100 records could not be used. parse() raised KeyError"
    assert any(one.startswith(told) for one in found["Sentences"])
    (number,) = kit.run(monitoring, first="2026-03-31")
    status = kit.wait_run(number, "Failed")
    assert status["Message"].startswith("30 of 100 records could not be used.")
    assert '{"age": 30}' in status["Message"]
    assert "2026-03-31" not in kit.results(monitoring)


def test_a_run_is_cancelled_and_leaves_nothing(kit, training, tmp_path):
    model = kit.deploy(name="slow")
    source = PICKY.replace("row = json", "import time; time.sleep(0.05); row = json")
    monitoring = kit.monitored(model, training, source)
    kit.records(model, kit.MONDAY, kit.people(2000))
    (number,) = kit.run(monitoring, first="2026-W14")
    place = kit.platform.data_dir / "monitoring" / str(number)
    until = time.monotonic() + 60
    while not any(place.glob("*/records.jsonl")):
        assert time.monotonic() < until
        time.sleep(0.05)
    # Asked twice, it is still one run.
    assert kit.run(monitoring, first="2026-W14") == [number]
    answer = kit.platform.post(f"/monitoring/run/cancel/demo/{number}")
    assert answer.status_code == 200
    assert kit.wait_run(number, "Failed")["Message"] == "The execution was cancelled."
    while place.exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    assert kit.results(monitoring) == {}


def test_an_asynchronous_model_is_monitored_by_its_files(kit, training):
    model = kit.platform.deploy_batch(
        BATCH,
        name="files",
        schema=("rows.csv", b"age,income\n30,60\n"),
        files={"requirements": ("requirements.txt", b"pandas")},
        python_version=kit.python,
    )
    answer = kit.register(model, kit.config(training), OF_FILES)
    assert answer.status_code == 201, answer.text
    assert "schema sample" in kit.validate(model)["Message"]
    table = "age,income\n" + "".join(
        f"{row['age']},{row['income']}\n" for row in kit.people(300)
    )
    for _ in range(2):
        kit.platform.wait_run(kit.platform.execute(model, table.encode()))
    assert "Validated on the execution" in kit.validate(model)["Message"]
    (found,) = kit.ran(model).values()
    assert (found["Records"], found["Rows"]) == (2, 600)
    records = kit.platform.get(f"/monitoring/search/records/demo/{model}").json()
    assert records["Count"] == 2


def test_a_script_with_requirements_of_its_own_gets_an_environment(kit, training):
    model = kit.platform.deploy(
        "def score(data, path):\n    return {'proba': 0.5, 'pred': 1}",
        name="bare",
        python_version=kit.python,
    )
    answer = kit.register(model, kit.config(training), PICKY)
    assert answer.status_code == 201
    status = kit.validate(model, expect="Invalidated")
    assert "needs the module 'pandas'" in status["Message"]
    answer = kit.register(model, kit.config(training), PICKY, requirements=b"pandas")
    assert answer.status_code == 201
    status = kit.validate(model, expect="Invalidated")
    # The model's own sample has neither column: only now that is found.
    assert "KeyError" in status["Message"]
    kit.platform.run(model, {"age": 1, "income": 2})
    kit.validate(model)


@pytest.fixture
def hook():
    """A server that hears of alerts; it fails the first time."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            heard.append((self.path, json.loads(self.rfile.read(size))))
            self.send_response(503 if len(heard) == 1 else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


def test_an_alert_is_told_to_the_webhook_whose_address_stays_secret(
    kit, training, hook
):
    address, heard = hook
    model = kit.deploy(name="alerted")
    secret = f"{address}/T0KEN?key=s3cret"
    monitoring = kit.monitored(model, training, PICKY, Webhook=secret)
    kit.records(model, kit.MONDAY, kit.people(300, income=120.0))
    (number,) = kit.run(monitoring, first="2026-W14")
    kit.wait_run(number)
    until = time.monotonic() + 60
    while len(heard) < 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    path, told = heard[1]
    assert path == "/T0KEN?key=s3cret"
    assert (told["Model"], told["Label"], told["Verdict"]) == (
        model,
        "2026-W14",
        "significant",
    )
    assert told["Alerts"] == kit.results(monitoring)["2026-W14"]["Alerts"]
    rows = kit.platform.get("/monitoring/list", params={"model": model}).text
    assert address in rows
    assert "s3cret" not in rows
    assert "T0KEN" not in rows
    events = kit.listen(number)
    assert not any("s3cret" in json.dumps(one.data) for one in events)
    raw = (kit.platform.data_dir / "platform.db").read_bytes()
    assert b"s3cret" not in raw


@pytest.fixture
def slow_hook():
    """A server that never answers what it hears first."""
    heard, over = [], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            heard.append(json.loads(self.rfile.read(size)))
            if len(heard) == 1:
                over.wait()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

        def handle(self):
            with contextlib.suppress(ConnectionError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", heard
    over.set()
    server.shutdown()
    server.server_close()


def heard_within(heard, count, seconds=60):
    until = time.monotonic() + seconds
    while len(heard) < count:
        assert time.monotonic() < until, heard
        time.sleep(0.05)


def test_a_webhook_that_nobody_answers_is_a_row_of_the_log(kit, training):
    model = kit.deploy(name="unheard")
    monitoring = kit.monitored(
        model, training, PICKY, Webhook="http://127.0.0.1:9/T0KEN"
    )
    kit.records(model, kit.MONDAY, kit.people(300, income=120.0))
    (number,) = kit.run(monitoring, first="2026-W14")
    kit.wait_run(number)
    until = time.monotonic() + 60
    rows = []
    while not any("could not be told" in row for row in rows):
        assert time.monotonic() < until, rows
        time.sleep(0.2)
        rows = [
            one.data["OutputData"] for one in kit.listen(number) if one.name == "log"
        ]
    assert not any("T0KEN" in row for row in rows)


def test_a_killed_platform_goes_on_where_it_was_and_catches_up(
    own_platform, kit, credit, tmp_path, slow_hook
):
    # The environment that is built already serves this platform too.
    data_dir = tmp_path / "platform"
    data_dir.mkdir()
    built = kit.platform.data_dir / "environments"
    (data_dir / "environments").symlink_to(built)
    platform = own_platform(data_dir=data_dir)
    kit = type(kit)(platform)
    training = kit.training()
    model = kit.deploy(name="long")
    address, heard = slow_hook
    monitoring = kit.monitored(model, training, PICKY, Webhook=address)
    kit.records(model, kit.MONDAY, kit.people(12_000, income=120.0))
    (number,) = kit.run(monitoring, first="2026-W14")
    tally = platform.data_dir / "monitoring" / str(number) / "tally.json"
    until = time.monotonic() + 90
    while not tally.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    platform.kill()
    counted = json.loads(tally.read_text())["records"]
    assert 0 < counted < 12_000
    # It was registered two weeks before: those periods ended while it was down.
    kit.backdate(monitoring, days=14)
    platform.start()
    platform._token = ""
    kit.wait_run(number)
    found = kit.results(monitoring)["2026-W14"]
    assert (found["Records"], found["Rows"]) == (12_000, 12_000)
    rows = [one.data["OutputData"] for one in kit.listen(number) if one.name == "log"]
    assert f"Going on after {counted} records that are counted already." in rows
    while len(kit.results(monitoring)) < 3:
        assert time.monotonic() < until + 60
        time.sleep(0.1)
    # Killed while it tells of the alert, it tells it again, by the same name.
    heard_within(heard, 1)
    platform.kill()
    platform.start()
    platform._token = ""
    heard_within(heard, 2)
    assert heard[0] == heard[1]
    assert heard[0]["Id"] == f"{monitoring}-{number}"
    while tally.parent.exists():
        assert time.monotonic() < until + 60
        time.sleep(0.05)
    # And once only: neither twice by itself nor again at the next look.
    listed = platform.get(f"/monitoring/results/demo/{monitoring}").json()
    labels = [one["Label"] for one in listed["Runs"] if one["Label"]]
    assert sorted(labels) == sorted(set(labels))
    assert not tally.parent.exists()


def test_a_model_that_is_deleted_ends_its_runs_with_that_reason(kit, training):
    model = kit.deploy(name="gone")
    monitoring = kit.monitored(model, training, PICKY)
    kit.records(model, kit.MONDAY, kit.people(50))
    httpx.delete(
        f"{kit.platform.api}/model/delete/demo/{model}", headers=kit.platform.user()
    )
    (number,) = kit.run(monitoring, first="2026-W14")
    assert kit.wait_run(number, "Failed")["Message"] == "The model was deleted."
