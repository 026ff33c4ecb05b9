"""The ``codex`` magic: finds the subcommand, calls it, words what goes wrong."""

from __future__ import annotations

from argparse import Namespace
from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from IPython.core.magic import (
    needs_local_scope,
    no_var_expand,
    output_can_be_silenced,
)

from codex_jupyter.errors import CodexError, InputError, PredictionError
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.messages import error_block
from codex_jupyter.render.words import speak

from .assigning import assigned, variable
from .command import Call, Command, find
from .hosting import quoted
from .parser import HelpRequested
from .session import Failed, Session
from .shown import is_discarded, show, show_as
from .values import text_value

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def make_magic(shell: InteractiveShell, session: Session) -> Callable[..., Any]:
    """The function that is registered as ``%codex`` and ``%%codex``."""

    @no_var_expand
    @output_can_be_silenced
    @needs_local_scope
    def codex(
        line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None
    ) -> Any:
        """Deploy, try, document and watch models: %codex help lists the commands.

        Each command explains itself: %codex deploy --help
        """
        local = {} if local_ns is None or local_ns is shell.user_ns else local_ns
        names = ChainMap(dict(local), shell.user_ns)
        line, cell = _joined(line, cell)
        debug, rest = _take_debug(line)
        speak(session.language)
        try:
            result = _run(rest, cell, names, shell, session)
        except KeyboardInterrupt as error:
            if not debug and not hasattr(error, "_render_traceback_"):
                show_as(error, str(error) or "Interrupted.")
            raise
        except HelpRequested as help_text:
            result = Displayable(help_text.message)
        except CodexError as error:
            if not debug:
                show_as(error, error_block(error).text)
            raise
        except Exception as error:
            if debug or hasattr(error, "_render_traceback_"):
                raise
            mark = "%codex" if cell is None else "%%codex"
            raise _unforeseen(error, f"{mark} --debug {rest}") from error
        if is_discarded() and result is not None:
            show(result)
        return result

    return codex


def _joined(line: str, cell: str | None) -> tuple[str, str | None]:
    """The line with those that follow a closing backslash, and the rest of the cell."""
    while cell and line.endswith("\\"):
        more, _, cell = cell.partition("\n")
        line = f"{line[:-1]} {more.strip()}"
    return line, cell


def _take_debug(line: str) -> tuple[bool, str]:
    words = line.split(maxsplit=1)
    if words and words[0] == "--debug":
        return True, words[1].strip() if len(words) > 1 else ""
    return False, line.strip()


def _run(
    line: str,
    cell: str | None,
    names: ChainMap[str, Any],
    shell: InteractiveShell,
    session: Session,
) -> Any:
    # A closing ; is IPython's way to silence a value, never part of ours.
    line = line.removesuffix(";").rstrip()
    target, line = assigned(line)
    name, *others = line.split(maxsplit=1) or [""]
    rest = others[0] if others else ""
    if name in ("", "--help", "-h"):
        name = "help"
    command = find(name)
    if cell is not None and not command.takes_cell:
        raise InputError(
            f"%%codex {name} takes no cell below it.",
            hint=f"Write %codex {line} with a single %.",
        )
    if command.bare is not None and not rest and cell is None:
        return command.bare(Call(Namespace(), session, shell, names))
    arguments = command.parser().parse(rest, lambda text: text_value(text, names))
    target = variable(target, arguments.out)
    result = _remembering(command, Call(arguments, session, shell, names, cell))
    if target is None:
        return result
    shell.user_ns[target] = result
    return None


def _remembering(command: Command, call: Call) -> Any:
    """What the command returns; ``%codex explain`` can tell why it failed."""
    session, name = call.session, getattr(call.arguments, "name", None) or ""
    try:
        result = command.run(call)
    except Exception as error:
        if command.name != "explain":
            session.failed = Failed(error, command.name, name)
        if isinstance(error, PredictionError) and error.hint is None and name:
            error.hint = f"%codex explain {quoted(name)} says why, and what to do."
        raise
    finally:
        session.commands += 1
    before = session.failed
    if before is not None and (before.command, before.name) == (command.name, name):
        session.failed = None
    return result


def _unforeseen(error: Exception, again: str) -> CodexError:
    wrapped = CodexError(
        f"Something went wrong inside codex_jupyter: {type(error).__name__}: {error}",
        hint=f"{again} shows where; please report it.",
    )
    show_as(wrapped, error_block(wrapped).text)
    return wrapped
