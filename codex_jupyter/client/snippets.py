"""Ready-to-paste code that calls a model; the token comes from the environment."""

from __future__ import annotations

import difflib
import json
import pprint
import shlex
from typing import Any

from codex_jupyter.errors import InputError

VARIABLE = "MLOPS_GROUP_TOKEN"

_PYTHON = """\
import os

import httpx

answer = httpx.post(
    {url},
    headers={{"Authorization": "Bearer " + os.environ["{variable}"]}},
    json={body},
    timeout=60,
)
answer.raise_for_status()
print(answer.json())
"""

_JAVASCRIPT = """\
// Node 18 or newer reads the token from {variable}; a browser asks for it.
const token = globalThis.process?.env?.{variable} ?? prompt("Group token");
const input = {body};

fetch({url}, {{
  method: "POST",
  headers: {{
    "Authorization": `Bearer ${{token}}`,
    "Content-Type": "application/json",
  }},
  body: JSON.stringify(input),
}}).then(async (answer) => {{
  if (!answer.ok) throw new Error(`${{answer.status}}: ${{await answer.text()}}`);
  console.log(JSON.stringify(await answer.json()));
}});
"""

_CURL = """\
curl -sS -X POST {url} \\
  -H "Authorization: Bearer ${variable}" \\
  -H 'Content-Type: application/json' \\
  --data-raw {body}
"""

LANGUAGES = ("curl", "python", "javascript")


def snippet(language: str, url: str, sample: Any, script: str = "") -> str:
    """Code that posts the sample to the model and prints its answer.

    Args:
        language: one of `LANGUAGES`.
        url: the whole address of the model's run route.
        sample: any JSON value.
        script: the hash of a preprocessing script to run first; "" for none.

    Raises:
        InputError: the language is not one of them.
    """
    body = {"Input": sample} | ({"ScriptHash": script} if script else {})
    text = json.dumps(body, ensure_ascii=False, indent=2)
    match language_of(language):
        case "curl":
            return _CURL.format(
                url=shlex.quote(url), variable=VARIABLE, body=shlex.quote(text)
            )
        case "python":
            shown = pprint.pformat(body, sort_dicts=False, width=80)
            shown = shown.replace("\n", "\n" + " " * len("    json="))
            return _PYTHON.format(url=json.dumps(url), variable=VARIABLE, body=shown)
        case _:
            # "</script>" in a text would end the script of a page.
            shown = text.replace("</", "<\\/")
            return _JAVASCRIPT.format(
                url=json.dumps(url), variable=VARIABLE, body=shown
            )


def language_of(given: str) -> str:
    """The language that was asked for, as one of `LANGUAGES`.

    Raises:
        InputError: it is none of them.
    """
    language = given.lower()
    if language in LANGUAGES:
        return language
    near = difflib.get_close_matches(language, LANGUAGES, n=1)
    raise InputError(
        f"There is no snippet for '{given[:40]}'.",
        hint=f"Did you mean {near[0]}?" if near else f"Try {', '.join(LANGUAGES)}.",
    )
