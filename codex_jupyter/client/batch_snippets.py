"""Ready-to-paste code that sends a file to an asynchronous model, and what it wrote.

As in `snippets`, the token comes from the environment.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from codex_jupyter.protocol.route import Route
from codex_jupyter.protocol.routes import (
    EXECUTION_RESULT,
    EXECUTION_STATUS,
    MODEL_RUN_ASYNC,
)

from .snippets import VARIABLE, language_of

_PYTHON = """\
import os
import time

import httpx

headers = {{"Authorization": "Bearer " + os.environ["{variable}"]}}
with httpx.Client(base_url={base}, headers=headers, timeout=60) as client:
    with open("{file}", "rb") as file:
        answer = client.post("{run}", files={{"input": file}})
    number = answer.raise_for_status().json()["ExecutionId"]
    status = {{"Status": "Requested"}}
    while status["Status"] in ("Requested", "Running"):
        time.sleep(1)
        status = client.get(f"{status}/{{number}}").raise_for_status().json()
    if status["Status"] != "Succeeded":
        raise SystemExit(status["Message"])
    result = client.get(f"{result}/{{number}}").raise_for_status()
    with open("result.zip", "wb") as file:
        file.write(result.content)
print("result.zip")
"""

_CURL = """\
BASE={base}
AUTH="Authorization: Bearer ${variable}"
ID=$(curl -sS -f -X POST "$BASE{run}" -H "$AUTH" -F "input=@{file}" |
  sed 's/.*"ExecutionId" *: *"*\\([0-9]*\\).*/\\1/')
until curl -sS "$BASE{status}/$ID" -H "$AUTH" | grep -E '"(Succeeded|Failed)"'; do
  sleep 1
done
curl -sS -f -o result.zip "$BASE{result}/$ID" -H "$AUTH" && echo result.zip
"""

_JAVASCRIPT = """\
// Node 18 or newer; the token is read from {variable}.
const {{ readFileSync, writeFileSync }} = require("node:fs");
const base = {base};
const headers = {{ Authorization: `Bearer ${{process.env.{variable}}}` }};

async function ask(path, init) {{
  const answer = await fetch(base + path, {{ headers, ...init }});
  if (!answer.ok) throw new Error(`${{answer.status}}: ${{await answer.text()}}`);
  return answer;
}}

(async () => {{
  const body = new FormData();
  body.append("input", new Blob([readFileSync("{file}")]), "{file}");
  const started = await (await ask("{run}", {{ method: "POST", body }})).json();
  const number = started.ExecutionId;
  let status;
  do {{
    await new Promise((later) => setTimeout(later, 1000));
    status = await (await ask(`{status}/${{number}}`)).json();
  }} while (["Requested", "Running"].includes(status.Status));
  if (status.Status !== "Succeeded") throw new Error(status.Message);
  const result = await ask(`{result}/${{number}}`);
  writeFileSync("result.zip", Buffer.from(await result.arrayBuffer()));
  console.log("result.zip");
}})();
"""

_TEXTS = {"curl": _CURL, "python": _PYTHON, "javascript": _JAVASCRIPT}


def batch_snippet(language: str, base: str, where: Mapping[str, str], kind: str) -> str:
    """Code that sends ``rows.<kind>`` and saves the zip with what the model wrote.

    Args:
        language: one of `snippets.LANGUAGES`.
        base: the platform's base address.
        where: the model's group and hash.
        kind: what the model reads: json, csv or parquet.

    Raises:
        InputError: the language is none of them.
    """
    chosen = language_of(language)
    shown = shlex.quote(base) if chosen == "curl" else json.dumps(base)
    return _TEXTS[chosen].format(
        variable=VARIABLE,
        base=shown,
        run=MODEL_RUN_ASYNC.url(**where),
        status=_without_number(EXECUTION_STATUS, where),
        result=_without_number(EXECUTION_RESULT, where),
        file=f"rows.{kind}",
    )


def _without_number(route: Route, where: Mapping[str, str]) -> str:
    """The path up to the execution's number."""
    return route.url(group=where["group"], execution="").rstrip("/")
