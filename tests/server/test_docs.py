"""Documentation: the page, the model's document and the platform's."""

from __future__ import annotations

import re

import httpx
import pytest

pytestmark = pytest.mark.platform


def test_the_models_document_has_the_sample_and_the_answer(platform, double):
    path = f"{platform.api}/model/sync/docs/demo/{double}/openapi.json"
    document = httpx.get(path).json()
    assert document["openapi"] == "3.1.0"
    run = document["paths"][f"/model/sync/run/demo/{double}"]["post"]
    body = run["requestBody"]["content"]["application/json"]
    assert body["example"] == {"Input": {"x": 21, "label": "one"}}
    kinds = body["schema"]["properties"]["Input"]["properties"]
    assert kinds == {"x": {"type": "number"}, "label": {"type": "string"}}
    answer = run["responses"]["200"]["content"]["application/json"]
    assert answer["example"] == {"double": 42}
    assert document["servers"] == [{"url": platform.api}]


def test_the_page_loads_nothing_from_elsewhere(platform, double):
    page = httpx.get(f"{platform.api}/model/sync/docs/demo/{double}")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.findall(r"(?:https?:)?//[a-z]", page.text)
    for link in re.findall(r'(?:src|data-openapi)="([^"]+)"', page.text):
        assert httpx.get(page.url.join(link)).status_code == 200, link


def test_documents_of_unknown_and_deleted_models_are_404(platform, double):
    for path in (
        f"/model/sync/docs/demo/M{'0' * 63}",
        f"/model/async/docs/demo/{double}",
        f"/model/batch/docs/demo/{double}",
    ):
        assert httpx.get(platform.api + path).status_code == 404


def test_the_platforms_document_is_served(platform):
    document = httpx.get(f"{platform.api}/openapi.json").json()
    assert "/model/upload/{group}" in document["paths"]


def test_a_sample_with_nan_still_has_a_document(platform):
    files = {"schema": ("schema.json", b'{"x": NaN, "y": 1e999}')}
    source = "def score(d, p): return {'got': d}\n"
    model = platform.deploy(source, files=files)
    path = f"{platform.api}/model/sync/docs/demo/{model}/openapi.json"
    assert httpx.get(path).json()["info"]["title"] == "double"
