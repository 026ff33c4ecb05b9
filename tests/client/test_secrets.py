from __future__ import annotations

import logging

import pytest
from starlette.responses import PlainTextResponse

from codex_jupyter.client.auth import LOGINS
from codex_jupyter.config import Secret
from codex_jupyter.errors import CodexError
from codex_jupyter.protocol import routes


def test_no_secret_is_ever_shown(stand_in, make_row, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    stand_in.rows = [make_row()]
    told = []
    with stand_in.client(group_token=Secret(stand_in.groups["demo"])) as client:
        model = client.find_model("credit")
        model.predict({"a": 1})
        new = client.refresh_group_token("demo", force=True)
        told += [repr(new), f"{new}"]
        model.set_token("a-token-that-is-wrong")
        stand_in.overrides[routes.GROUPS_LIST] = lambda request: PlainTextResponse(
            "you sent " + request.headers["authorization"], 400
        )
        for fails in (lambda: model.predict({"a": 1}), client.list_groups):
            with pytest.raises(CodexError) as caught:
                fails()
            told += [str(caught.value), repr(caught.value)]
            assert caught.value.__context__ is None
        for thing in (client, model, client._connection, client._keys, LOGINS):
            told += [repr(thing), str(thing)]
        told += [model.generate_predict_code(lang) for lang in ("curl", "python")]
        told.append(repr(client._connection.settings))
        told += [path for _, path in stand_in.seen]
    text = "\n".join(told) + caplog.text
    secrets = {
        "a-secret-password",
        "a-token-that-is-wrong",
        "0123456789abcdef",
        new.reveal(),
        *stand_in.tokens,
    }
    assert {secret for secret in secrets if secret in text} == set()
    assert "password set" in repr(client)
    assert "group token set" in repr(model)
    kept = tmp_path / "home" / "tokens.json"
    assert kept.stat().st_mode & 0o077 == 0
