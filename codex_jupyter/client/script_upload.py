"""What a script's registration consists of, checked before anything is sent.

A sample with a name, or several, is for a function that takes its tables by name: such
a script is registered part by part. Any other is registered with one request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.protocol import names
from codex_jupyter.protocol import script_routes as routes
from codex_jupyter.protocol.states import ModelState

from .batch import table_part
from .begun import after_upload
from .errors_map import member
from .files import (
    File,
    check_distinct,
    env_part,
    extra_parts,
    input_type_of,
    part,
    schema_part,
)
from .operation import Call, Part, Steps
from .payload import encode
from .script_inputs import SECONDS, fill, has_names, named
from .transport import Connection
from .upload import OPERATIONS, running_python

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScriptUpload:
    """A script on its way to a platform; see `MLOpsPreprocessingClient.create`."""

    name: str
    reference: str
    source: File
    requirements: File
    schema: Any
    group: str
    operation: str
    extra: File | Iterable[File] | None
    env: File | Mapping[str, str] | None
    python_version: str | None

    def send(self, connection: Connection) -> Steps[Row]:
        """Register and deploy it; its row as a search would give it.

        Raises:
            InputError: something is missing, not allowed, or two files clash.
        """
        problem = (
            names.model_problem(self.name, "script")
            or names.group_problem(self.group)
            or names.reference_problem(self.reference)
        )
        if problem:
            raise InputError(problem)
        kind = self.operation.capitalize()
        if kind not in OPERATIONS:
            raise InputError(f"operation is '{kind[:40]}'; it is Sync or Async.")
        if self.schema is None:
            raise InputError(
                "The schema is missing.",
                hint="Give a sample of the input: the script is tried on it.",
            )
        row: Row = {
            "Name": self.name,
            "Group": self.group,
            "Operation": kind,
            "Status": ModelState.READY.value,
        }
        if kind == "Async" and has_names(self.schema):
            return row | (yield from self._in_parts(connection))
        return row | (yield from self._at_once(connection, kind))

    def _python(self) -> str:
        try:
            return names.python_field(self.python_version or running_python())
        except ValueError as error:
            raise InputError(f"{error}.") from None

    def _files(self) -> tuple[Part, Part, list[Part], list[Part]]:
        source = part("source", self.source, "source file")
        requirements = part("requirements", self.requirements, "requirements file")
        env = [env_part(self.env)] if self.env is not None else []
        return source, requirements, env, extra_parts(self.extra)

    def _at_once(self, connection: Connection, kind: str) -> Steps[Row]:
        source, requirements, env, extra = self._files()
        sample = _sample(self.schema, kind)
        parts = [source, requirements, sample, *env, *extra]
        check_distinct(parts)
        call = Call(
            routes.SCRIPT_REGISTER,
            {"group": self.group},
            fields={
                "name": self.name,
                "script_reference": self.reference,
                "operation": kind,
                "python_version": self._python(),
            },
            files=tuple(parts),
            timeout=SECONDS,
        )
        body = yield from connection.ask(call)
        script = member(body, "Hash", str, call)
        where = {"group": self.group, "script": script, "op": kind.lower()}
        yield from after_upload(connection.ask(Call(routes.SCRIPT_HOST, where)))
        is_sync = kind == "Sync"
        read = "json" if is_sync else input_type_of(sample)
        return {"Hash": script, "Named": False, "Input": read}

    def _in_parts(self, connection: Connection) -> Steps[Row]:
        source, requirements, env, extra = self._files()
        check_distinct([source, requirements, *extra])
        python, samples = self._python(), named(self.schema, [])
        # Everything is looked at before the script is registered: what fails after
        # that leaves one without parts.
        schemas = [
            fill(Call(routes.SCRIPT2_SCHEMA), "schema_file", one, "csv", name)
            for name, one in samples
        ]
        fields = {"preprocess_reference": self.reference, "python_version": python}
        calls = [
            *schemas,
            Call(routes.SCRIPT2_SOURCE, fields=fields, files=(_as("script", source),)),
            Call(routes.SCRIPT2_REQUIREMENTS, files=(requirements,)),
            *(Call(routes.SCRIPT2_ENV, files=(one,)) for one in env),
            *(
                Call(
                    routes.SCRIPT2_EXTRA,
                    fields={"extra_file_name": one.name},
                    files=(_as("extra_file", one),),
                )
                for one in extra
            ),
            Call(routes.SCRIPT2_HOST),
        ]
        content = encode({"Name": self.name, "Operation": "Async"})
        register = Call(routes.SCRIPT2_REGISTER, {"group": self.group}, content=content)
        body = yield from connection.ask(register)
        script = member(body, "PreprocessHash", str, register)
        for call in calls:
            sent = Call(
                call.route,
                {"script": script},
                fields=call.fields,
                files=call.files,
                timeout=SECONDS,
            )
            yield from after_upload(connection.ask(sent))
        tables = [name for name, _ in samples]
        return {"Hash": script, "Named": True, "Tables": tables}


def _sample(given: Any, kind: str) -> Part:
    if kind == "Sync":
        return schema_part(given)
    return table_part("schema", given, "csv", "schema")


def _as(field: str, file: Part) -> Part:
    return Part(field, file.name, file.source)
