"""``%codex monitor`` and ``%codex drift NAME`` in a real shell, on a real platform."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "monitoring"))

from monitoring_kit import Kit

pytestmark = pytest.mark.platform

NAME = "by-magic"


@pytest.fixture(scope="module")
def kit(platform):
    return Kit(platform)


@pytest.fixture(scope="module")
def model(kit):
    return kit.deploy(name=NAME)


@pytest.fixture(scope="module")
def training(kit):
    return kit.training()


@pytest.fixture
def connected(notebook, platform, model, monkeypatch):
    monkeypatch.setenv("MLOPS_USER", platform.admin["user"])
    monkeypatch.setenv("MLOPS_PASSWORD", platform.admin["password"])
    done = notebook.run(f"%codex connect {platform.address}")
    assert done.success, done.text
    notebook.names["model_hash"] = model
    return notebook


def test_what_is_not_monitored_says_how_to_begin(connected):
    done = connected.run(f"%codex monitor {NAME}")
    assert not done.success
    assert f"{NAME} is not monitored." in done.text
    assert f"%%codex monitor {NAME} --training" in done.text
    assert "Traceback" not in done.text
    done = connected.run(f"%codex drift {NAME}")
    assert f"{NAME} is not monitored." in done.text


def test_a_cell_is_tried_on_the_models_own_answer(connected, kit, training):
    line = f"%%codex monitor {NAME} --check --training credit:{training} "
    line += "--inputs age,income --outputs proba,pred\n"
    done = connected.run(line + kit.MONITOR)
    assert done.success, done.text
    assert "made 1 row of the sample and the answer to it" in done.text
    assert "get_shap() explained 1" in done.text
    wrong = kit.MONITOR.replace('"income": data', '"incomes": data')
    done = connected.run(line + wrong)
    assert type(done.error).__name__ == "CheckError", done.text
    assert "lacks 'income'" in done.text
    assert "return values.rename(columns={'incomes': 'income'})" in done.text
    wrong = kit.MONITOR.replace("return features, ", "return features  # ")
    done = connected.run(line + wrong)
    assert type(done.error).__name__ == "CheckError", done.text
    assert "is not monitored" in connected.run(f"%codex monitor {NAME}").text
    alone = connected.run(f"%codex monitor {NAME} --check")
    assert f"Start it with %%codex monitor {NAME} --check" in alone.text


def test_a_cell_registers_runs_and_shows_the_drift(connected, kit, model, training):
    line = f"%%codex monitor {NAME} --training credit:{training} --date 2026-01-31"
    done = connected.run(
        f"{line} --inputs age,income --outputs proba,pred\n{kit.MONITOR}"
    )
    assert done.success, done.text
    assert "against the training run" in done.text
    assert f"{NAME} by week: Validated." in done.text
    assert "--run does it now" in done.text
    # The cell was run here too.
    assert callable(connected.names["get_shap"])
    kit.records(model, kit.MONDAY, kit.people(300))
    kit.records(
        model, kit.MONDAY.replace(month=4, day=6), kit.people(300, 4, income=90.0)
    )
    done = connected.run(f"%codex monitor {NAME} --backfill 2026-W13:2026-W15")
    assert done.success, done.text
    assert "2026-W15: 300 rows, significant drift of `income`" in done.text
    assert "2026-W13" in done.text
    assert "no records" in done.text
    assert "! `income` drifted in week 2026-W15" in done.text
    assert "<table" in done.result._repr_mimebundle_()["text/html"]
    done = connected.run(f"%codex monitor {NAME} --recompute 2026-W14")
    assert "2026-W14: 300 rows" in done.text
    done = connected.run(f"%codex monitor {NAME} --run")
    assert "(so far)" in done.text
    done = connected.run("%codex monitor")
    assert NAME in done.text
    assert "Validated" in done.text
    done = connected.run(f"report = %codex drift {NAME}\nreport")
    assert done.success, done.text
    report = connected.names["report"]
    # Weeks without records are gaps: from the first that was run to this one.
    assert report.result.periods[:3] == ("2026-W13", "2026-W14", "2026-W15")
    assert report.view.shap.features == ("age", "income")
    assert "`income` drifted in week 2026-W15" in done.text
    assert "<svg" in done.result._repr_mimebundle_()["text/html"]
    # A variable of the model's name is no table to compare alone.
    connected.names[NAME] = report.frame
    done = connected.run(f"%codex drift {NAME} --export drift.html")
    assert done.success, done.text
    assert "income" in Path("drift.html").read_text()
    assert connected.run(f"%codex dossier {NAME}").success
    page = Path(f"{NAME}.html").read_text("utf-8")
    assert page.count("<rect") == 2
    assert "2026-W15" in page
    assert connected.run(f"%codex notebook {NAME}").success
    assert "2026-W15" in Path(f"{NAME}.ipynb").read_text("utf-8")
    line = f"%codex monitor {NAME} --backfill"
    connected.complete_soon(line.replace("backfill", "recompute 20"), "2026-W15")
    assert "2026-W14:2026-W15" in connected.complete(f"{line} 2026-W14:20")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%codex monitor nobody", "no model 'nobody'"),
        (f"%codex monitor {NAME} --backfill 2026-W10", "takes two periods"),
        (f"%codex monitor {NAME} --run --recompute 2026-W10", "one of them"),
        (f"%%codex monitor {NAME} --run\nx = 1", "with a single %"),
        (f"%%codex monitor {NAME}\nx = 1", "does not define parse"),
        (f"%%codex monitor {NAME} --training churn\nCELL", "names a run"),
        (f"%%codex monitor {NAME}\nCELL", "--training EXPERIMENT:RUN"),
        (f"%%codex monitor {NAME} --training 999999\nCELL", "no training execution"),
        (f"%%codex monitor {NAME} --training RUN --inputs agee\nCELL", "mean age?"),
        (
            f"%%codex monitor {NAME} --training RUN --thresholds {{'agee': 1}}\nCELL",
            "'agee'",
        ),
        (f"%%codex monitor {NAME} --period fortnight\nCELL", "--period"),
    ],
)
def test_a_wrong_line_is_one_block_that_says_what_to_type(
    connected, kit, training, line, said
):
    text = line.replace("RUN --", f"{training} --").replace("CELL", kit.MONITOR)
    if "--training RUN" not in line and "RUN --" in line:
        text = line
    done = connected.run(text)
    assert not done.success
    assert said in done.text
    assert "Traceback" not in done.text


def test_what_does_not_fit_is_explained(connected, kit, training):
    line = f"%%codex monitor {NAME} --training {training} --period day"
    line += " --inputs age,income\n"
    source = kit.MONITOR.replace('"income": data', '"incomes": data')
    done = connected.run(line + source)
    assert not done.success
    assert "lacks 'income'" in done.text
    done = connected.run("%codex explain")
    assert "return values.rename(columns={'incomes': 'income'})" in done.text


def test_what_is_not_valid_is_explained_in_another_notebook(
    connected, kit, model, training
):
    source = kit.MONITOR.replace("return features, ", "return features  # ")
    kit.register(model, kit.config(training, Period="Year"), source)
    kit.validate(model, "Year", expect="Invalidated")
    done = connected.run(f"%codex explain {NAME}")
    assert f"The monitoring of {NAME} by Year is not valid" in done.text
    assert "return features, outputs" in done.text


def test_columns_complete_from_the_training(connected, training):
    line = f"%codex monitor {NAME} --training credit:{training} --inputs "
    assert connected.complete_soon(line) == ["age", "income", "month"]
    assert connected.complete(line + "age,in") == ["age,income"]
    outputs = line.replace("--inputs ", "--outputs p")
    assert connected.complete(outputs) == ["proba", "pred"]
    assert "--backfill" in connected.complete(f"%codex monitor {NAME} --")
    assert NAME in connected.complete("%codex drift by")


def test_help_tells_the_lines_to_copy(notebook):
    done = notebook.run("%codex monitor --help")
    assert "%%codex monitor credit-score --training churn:3" in done.text
    assert "--backfill FIRST:LAST" in done.text
