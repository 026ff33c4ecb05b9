"""What nobody sends by mistake, to every route: a clear refusal, and nothing breaks."""

from __future__ import annotations

import json

import httpx
import pytest
from training_kit import PYTHON, Trainer

from codex_jupyter.protocol.route import Auth, Body
from codex_jupyter.protocol.routes import ROUTES

pytestmark = pytest.mark.platform

GROUP = "hostile"
# In the place of each parameter of a path.
_PARAMS = ["..%2F..%2Fetc%2Fpasswd", "%00%ED%A0%80", "9" * 25, "%C2%B2"]
# In the place of each field of a query.
_QUERIES = ["-1", "9" * 25, "\0", "0001-01-01", "9999-12-31", "💥" * 900]
# Half of a surrogate pair: JSON can hold it, UTF-8 cannot.
_HALF = "\\ud800"
_FORM = "multipart/form-data; boundary=x"
_PART = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n'
_BODIES = [
    ("text/plain", b""),
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"Input": ' + b"[" * 50_000),
    ("application/json", b"\xff\xfe{}"),
    ("application/json", b"null"),
    (_FORM, b"\0\xffgarbage"),
    (_FORM, _PART + b"torn"),
    ("multipart/form-data", b"without a boundary"),
    (f"{_FORM}; charset=unicode_escape", _PART + b"\\ud800\r\n--x--\r\n"),
    ("application/x-www-form-urlencoded", b"%zz=%ff&&&=&a"),
]
_VALUES = [None, True, -1, [], {}, "x" * 10_000, ["a", ["b"]], "\0", 10**400]
_BAD_FILES = [
    ("../../x", b""),
    ("C:\\a\\..\\b", b"\0" * 10),
    ("é" * 300, b"PAR1\0\0PAR1"),
    ("a\nb", b"PK\x03\x04x"),
    ("deep.json", b"[" * 20_000),
    ("half.json", f'{{"{_HALF}": "{_HALF}"}}'.encode()),
]
# Good values of fields whose neighbours are bad.
_FIELDS = {
    "operation": "Sync",
    "Operation": "Async",
    "input_type": "json",
    "python_version": PYTHON,
    "training_type": "Custom",
    "TrainingType": "Custom",
    "provider": "Local",
    "Group": GROUP,
    "TrainingExecutionId": 1,
    "InputCols": ["a"],
    "OutputCols": ["b"],
}
_FILES = {"source": b"def x(): pass\n", "schema": b"{}"}


class Attacker:
    """Sends to any route, and looks at what is answered."""

    def __init__(self, platform, known):
        self.known = known
        self.tokens = {Auth.USER: platform.user(), Auth.GROUP: platform.group(GROUP)}
        self.http = httpx.Client(base_url=platform.api, timeout=60)

    def send(self, route, place=(), **more):
        path = route.path
        for name, value in (self.known | dict(place)).items():
            path = path.replace(f"{{{name}}}", value)
        headers = self.tokens.get(route.auth, {}) | more.pop("headers", {})
        request = self.http.build_request(route.method, path, headers=headers, **more)
        answer = self.http.send(request, stream=True)
        # A stream of events has no end to wait for.
        if answer.status_code >= 400 or route.media is not Body.EVENTS:
            answer.read()
        if answer.status_code >= 400:
            shown = (route.name, path[:99], str(more)[:300], answer.text[:300])
            error = answer.json()["Error"]
            assert set(error) == {"Type", "Message"}, shown
            assert error["Message"], shown
            # What a model makes of a strange row is the model's.
            assert answer.status_code < 500 or error["Type"] == "ModelFailed", shown
        answer.close()


@pytest.fixture(scope="module")
def attacker(platform):
    experiment = Trainer(platform, GROUP).experiment()
    registered = platform.post(
        f"/v2/preprocessing/{GROUP}", json={"Name": "x", "Operation": "Async"}
    )
    model = platform.deploy(group=GROUP)
    known = {
        "group": GROUP,
        "model": model,
        "subject": model,
        "training": experiment,
        "script": registered.json()["PreprocessHash"],
        "execution": "0",
        "op": "sync",
        "name": "nothing.txt",
        "period": "week",
        "label": "2026-W01",
        "dataset": f"D{'0' * 63}",
        "external": f"E{'0' * 63}",
    }
    found = Attacker(platform, known)
    yield found
    found.http.close()
    # It answers as before.
    assert platform.run(model, {"x": 2}, group=GROUP).json() == {"double": 4}


def test_no_path_and_no_query_breaks_a_route(attacker):
    for route in ROUTES:
        for name in route.params:
            for value in _PARAMS:
                attacker.send(route, {name: value})
        for field in route.query:
            for value in _QUERIES:
                attacker.send(route, params={field.name: value})
        if route.media is Body.EVENTS:
            attacker.send(route, headers={"last-event-id": "9" * 5000})


def _taking(*kinds):
    return [route for route in ROUTES if route.body in kinds]


def test_no_body_breaks_a_route(attacker):
    for route in _taking(Body.FORM, Body.MULTIPART, Body.JSON):
        for kind, body in _BODIES:
            attacker.send(route, content=body, headers={"content-type": kind})


def test_no_value_in_json_breaks_a_route(attacker):
    for route in _taking(Body.JSON):
        good = {f.name: _FIELDS.get(f.name, "x y") for f in route.fields if f.required}
        halves = ", ".join(f'"{field.name}": "{_HALF}"' for field in route.fields)
        attacker.send(route, content=f"{{{halves}}}")
        for field in route.fields:
            for value in _VALUES:
                attacker.send(route, content=json.dumps(good | {field.name: value}))


def test_no_file_breaks_a_route(attacker):
    for route in _taking(Body.MULTIPART):
        needed = [field for field in route.fields if field.required]
        texts = {f.name: _FIELDS.get(f.name, "x") for f in needed if f.kind != "file"}
        files = {
            f.name: (f.name, _FILES.get(f.name, b"a\n1\n"))
            for f in needed
            if f.kind == "file"
        }
        for field in route.fields:
            if field.kind == "file":
                for one in _BAD_FILES:
                    attacker.send(route, data=texts, files=files | {field.name: one})


def test_a_text_that_is_not_unicode_stays_with_its_model(platform):
    """Neither the store nor an answer can hold half of a surrogate pair."""
    schema = {"schema": ("schema.json", f'{{"{_HALF}": 1}}'.encode())}
    raising = f"def score(data, base_path):\n    raise ValueError('bad {_HALF}!')\n"
    failed = platform.deploy(raising, expect="Failed", files=schema)
    assert "bad ?!" in platform.get(f"/model/status/demo/{failed}").json()["Message"]
    echoing = f"def score(data, base_path):\n    return '\"\\{_HALF}\"'\n"
    model = platform.deploy(echoing, files=schema)
    # The one who asked gets it as it is.
    assert platform.run(model, {}).text == f'"{_HALF}"'
    document = platform.get(f"/model/sync/docs/demo/{model}/openapi.json")
    assert document.status_code == 200, document.text
