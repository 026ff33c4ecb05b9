"""Following an execution in the cell: how far it is, then what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError
from codex_jupyter.render.messages import note
from codex_jupyter.render.progress import progress_line
from codex_jupyter.render.words import t

from .hosting import quoted
from .progress import has_widgets
from .shown import show, show_as

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from codex_jupyter.client.execution import MLOpsExecution
    from codex_jupyter.widgets.execution import ExecutionPanel


def follow(shell: InteractiveShell, execution: MLOpsExecution) -> Any:
    """Watch an execution to its end, and read what it wrote.

    Returns:
        A DataFrame; the execution itself where its file is no table.

    Raises:
        ExecutionError: it failed.
        KeyboardInterrupt: the cell was interrupted; the execution goes on.
    """
    panel = watch(shell, execution)
    try:
        value = execution.result()
    except InputError as error:
        show(note(error.message, error.hint))
        return execution
    if panel is not None:
        panel.give(value)
    return value


def watch(shell: InteractiveShell, execution: MLOpsExecution) -> ExecutionPanel | None:
    """Watch an execution to its end: in a live panel, or in lines in a terminal.

    Returns:
        The panel, None in a terminal.

    Raises:
        ExecutionError: it failed.
        KeyboardInterrupt: the cell was interrupted; the execution goes on.
    """
    panel = None
    try:
        if has_widgets(shell):
            from codex_jupyter.widgets.execution import following

            panel = following(execution, called, repeat_line(execution))
            panel.wait()
            if panel.is_detached:
                raise KeyboardInterrupt
        else:
            _lines(execution)
        execution.wait_ready()
    except KeyboardInterrupt:
        stop = KeyboardInterrupt()
        then = (
            "shows where it stands"
            if _is_counted(execution)
            else "waits for its result"
        )
        block = note(
            f"No longer waiting for {number_of(execution)}; it goes on.",
            f"{come_back(execution)} {then}",
        )
        show_as(stop, block.text)
        raise stop from None
    return panel


def _lines(execution: MLOpsExecution) -> None:
    """A line for each state: a terminal cannot redraw."""
    state = ""
    for _ in execution.watch():
        if execution.status != state:
            state = execution.status
            title = f"{execution.name}, {number_of(execution)}"
            show(progress_line(title, state, execution.progress))


def started(execution: MLOpsExecution) -> MLOpsExecution:
    """Tell how to come back to an execution that is not waited for."""
    text = f"Execution {execution.exec_id} of {execution.name}: {execution.status}."
    show(note(text, f"{come_back(execution)} gives what it wrote"))
    return execution


def come_back(execution: MLOpsExecution) -> str:
    """The line that comes back to an execution."""
    if _is_counted(execution):
        return f"%codex monitor {quoted(execution.name)}"
    return f"%codex attach {quoted(execution.name)} {execution.exec_id} --wait"


def number_of(execution: MLOpsExecution) -> str:
    """What an execution is called beside its name."""
    if not _is_counted(execution):
        return t("execution {number}", number=str(execution.exec_id))
    label = getattr(execution, "label", "")
    return f"{label or 'validation'}, run {execution.exec_id}"


def called(execution: MLOpsExecution) -> tuple[str, str]:
    """What an execution is called beside its name, and the line that comes back."""
    return number_of(execution), come_back(execution)


def repeat_line(execution: MLOpsExecution) -> str:
    """The line that does the same again, where no button can; "" where one can."""
    name = quoted(execution.name)
    return {
        "AsyncPreprocessing": f"%codex preprocess {name} FILE --wait",
        "Training": f"%%codex train {name} --data VAR",
        "Monitoring": f"%codex monitor {name} --recompute "
        f"{quoted(getattr(execution, 'label', '') or 'PERIOD')}",
    }.get(execution.exec_type, "")


def _is_counted(execution: MLOpsExecution) -> bool:
    """True of a monitoring's run: it counts, and what it counts is a dashboard."""
    return execution.exec_type == "Monitoring"
