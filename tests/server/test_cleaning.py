"""The command that clears a stopped platform's disk: what it tells, removes, keeps."""

from __future__ import annotations

import fcntl
import io
import json
import re
import sqlite3
from contextlib import closing, suppress
from datetime import datetime

import httpx
import pytest

from codex_jupyter.config import DataDir
from codex_jupyter.server.artifacts import Artifacts
from codex_jupyter.server.cli import main
from codex_jupyter.server.environments import keeping
from codex_jupyter.server.environments.building import key_of
from codex_jupyter.server.host import HostError, locked, serve
from codex_jupyter.server.limits import Limits
from codex_jupyter.server.store import FileRow, GroupRow, ModelRow, Store

DAY = datetime(2026, 1, 2)  # noqa: DTZ001 - the database keeps UTC without a zone
GROUP = GroupRow("g", "", "t", DAY, DAY)


class Folder:
    """A data folder written by hand, with real rows and real blobs."""

    def __init__(self, root):
        self.root = root
        root.mkdir()
        self.store = Store(f"sqlite:///{root / 'platform.db'}")
        self.store.groups.add(GROUP)
        self.artifacts = Artifacts(str(root / "artifacts"))

    def blob(self, content):
        content = (
            content if isinstance(content, bytes) else json.dumps(content).encode()
        )
        return self.artifacts.put(io.BytesIO(content))[0]

    def model(self, name, files, *, status="Deployed", environment=None):
        row = ModelRow(
            hash=name,
            group="g",
            name=name,
            operation="Sync",
            reference="score",
            input_type="json",
            python="Python311",
            creator="ana",
            uploaded_at=DAY,
            status=status,
            message=None,
            changed_at=DAY,
            stages=[],
            environment=environment,
            answer=None,
        )
        named = [FileRow(role, role, blob, 1) for role, blob in files.items()]
        self.store.models.add(row, named)
        (self.root / "models" / name).mkdir(parents=True)

    def environment(self, *pins, asked=None):
        built = self.root / "environments" / "built" / key_of("3.11.2", pins)
        (built / "bin").mkdir(parents=True)
        (built / "requirements.txt").write_text("\n".join(pins))
        if asked is not None:
            resolved = self.root / "environments" / "resolved"
            resolved.mkdir(exist_ok=True)
            told = {"asked": f"3.11.2\n{asked}", "pins": pins}
            (resolved / f"{built.name}.json").write_text(json.dumps(told))
        return built

    def holds(self, blob):
        return (self.root / "artifacts" / blob[:2] / blob).is_file()

    def clean(self, *options):
        self.store.close()
        return main(["clean", "--data-dir", str(self.root), *options])


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "data")
    yield made
    made.store.close()


def test_what_any_row_names_stays_and_the_rest_goes(folder, capsys):
    shap = folder.blob(b"columns of a baseline")
    chain = folder.blob({"rows": 3, "blob": shap})
    # A name that two reads of the file share, and one that only looks like JSON.
    cut = folder.blob(b"cut in two")
    long = folder.blob(b"[" + b" " * ((1 << 20) - 30) + cut.encode() + b"]")
    used = {
        "source": folder.blob(b"def score(): ..."),
        "baseline": chain,
        "extra": long,
        "requirements": folder.blob(b"# two\nb==1\na>=2 \n"),
    }
    mine = folder.environment("a==2.1", "b==1", asked="a>=2\nb==1")
    other = folder.environment("c==1")
    folder.model("M1", used, environment=str(other / "bin" / "python"))
    unused = folder.blob(b"nobody's")
    (folder.root / "artifacts" / "incoming-12").write_bytes(b"part")
    old = folder.environment("d==1")
    half = old.with_name(f"{old.name}.1234.half")
    half.mkdir()
    (folder.root / "models" / "M1.new").mkdir()
    (folder.root / "executions" / "M1" / "7").mkdir(parents=True)
    records = folder.root / "records" / "model=M0"
    records.mkdir(parents=True)
    folder.store.close()
    everything = sorted(folder.root.rglob("*"))

    assert folder.clean() == 0
    told = capsys.readouterr().out
    assert "Nothing was removed." in told
    assert "clean --yes --data-dir" in told
    assert unused[:12] in told
    assert "d==1" in told
    assert sorted(p for p in folder.root.rglob("*") if p in everything) == everything

    assert folder.clean("--yes") == 0
    assert all(folder.holds(one) for one in (*used.values(), shap, cut))
    assert mine.is_dir()
    assert other.is_dir()
    assert records.is_dir()
    assert (folder.root / "models" / "M1").is_dir()
    assert not folder.holds(unused)
    assert not list((folder.root / "artifacts").glob("incoming-*"))
    assert not old.exists()
    assert not half.exists()
    assert not (folder.root / "models" / "M1.new").exists()
    assert not (folder.root / "executions" / "M1").exists()
    capsys.readouterr()
    assert folder.clean("--yes") == 0
    assert "Everything is in use" in capsys.readouterr().out


def test_a_table_of_a_newer_release_is_read_too(folder):
    blob = folder.blob(b"of the future")
    with closing(sqlite3.connect(folder.root / "platform.db")) as database, database:
        database.execute("CREATE TABLE later (told JSON)")
        told = json.dumps({"deep": [{"in": f"it {blob}!"}]})
        database.execute("INSERT INTO later VALUES (?)", (told,))
    assert folder.clean("--yes") == 0
    assert folder.holds(blob)


def test_files_of_deleted_models_go_only_when_asked_for(folder, capsys):
    shared, own = folder.blob(b"shared"), folder.blob(b"x" * 3000)
    folder.model("M1", {"model": shared})
    sample = folder.blob(b'{"x": 1}')
    gone = {"schema": sample, "model": own, "extra": shared}
    folder.model("M2", gone, status="Deleted")
    assert folder.clean("--yes") == 0
    assert folder.holds(own)
    told = capsys.readouterr().out
    assert "2.9 KiB are files of deleted models" in told
    assert "clean --deleted" in told
    assert not (folder.root / "models" / "M2").exists()
    assert folder.clean("--yes", "--deleted") == 0
    assert not folder.holds(own)
    assert folder.holds(shared)
    assert folder.holds(sample)


@pytest.mark.parametrize("harm", ["absent", "broken", "another"])
def test_without_its_database_nothing_is_removed(folder, capsys, harm):
    blob = folder.blob(b"who knows")
    folder.store.close()
    database = folder.root / "platform.db"
    for one in folder.root.glob("platform.db*"):
        one.unlink()
    if harm == "broken":
        database.write_bytes(b"no database" * 1000)
    elif harm == "another":
        sqlite3.connect(database).execute("CREATE TABLE models (hash)").close()
    there = sorted(folder.root.rglob("*"))
    assert folder.clean("--yes") == 2
    assert "Nothing was removed" in capsys.readouterr().err
    assert folder.holds(blob)
    # A folder that is no platform's stays as it is.
    assert harm != "absent" or sorted(folder.root.rglob("*")) == there


def test_what_else_lies_in_the_folder_does_not_stop_it(folder, tmp_path):
    """A link, of which what it leads to is not ours, and a file among folders."""
    other = tmp_path / "other disk"
    other.mkdir()
    (other / "precious").touch()
    folder.environment("d==1")
    built = folder.root / "environments" / "built"
    (built / ("0" * 32)).symlink_to(other)
    (built / "notes.txt").touch()
    (built / ".DS_Store").touch()
    assert folder.clean("--yes") == 0
    assert list(built.iterdir()) == [built / ".DS_Store"]
    assert list(other.iterdir()) == [other / "precious"]


def test_a_full_disk_is_cleaned(small_disk):
    folder = Folder(small_disk / "data")
    unused = folder.blob(b"x" * 5000)
    folder.store.close()
    # More than there is room for: it writes what fits.
    with suppress(OSError), (small_disk / "fill").open("wb", 0) as fill:
        while fill.write(b"x" * 4096):
            pass
    assert folder.clean("--yes") == 0
    assert not folder.holds(unused)


def test_a_platform_that_starts_meanwhile_is_told_to_wait(folder):
    data = DataDir(folder.root)
    with locked(data), pytest.raises(HostError, match="is being cleaned"):
        serve(data, "127.0.0.1", 0, Limits())


def test_environments_in_work_are_not_removed(folder, capsys):
    old = folder.environment("d==1")
    root = folder.root / "environments"
    with keeping.borrowing(root):
        assert folder.clean("--yes") == 2
    assert "check of a notebook's cell" in capsys.readouterr().err
    (root / "locks").mkdir()
    # As uv holds it that outlives a killed platform.
    with (root / "locks" / old.name).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert folder.clean("--yes") == 0
    assert "being built still" in capsys.readouterr().out
    assert old.is_dir()
    assert folder.clean("--yes") == 0
    assert not old.exists()


@pytest.mark.platform
def test_what_is_deployed_works_after_a_cleaning(own_platform, capsys):
    platform = own_platform()

    def clean(*options):
        return main(["clean", "--data-dir", str(platform.data_dir), *options])

    kept = platform.deploy()
    weights = {"extra": ("weights.bin", b"w" * 5000)}
    small = {"requirements": ("requirements.txt", b"iniconfig")}
    gone = platform.deploy(files=weights | small)
    httpx.delete(
        f"{platform.api}/model/delete/demo/{gone}", headers=platform.user()
    ).raise_for_status()
    assert clean("--yes") == 2
    refused = capsys.readouterr().err
    assert f"codex-jupyter stop --data-dir {platform.data_dir}" in refused

    assert platform.stop()[0] == 0
    assert clean("--yes", "--deleted") == 0
    told = capsys.readouterr().out
    assert "iniconfig==" in told
    assert re.search(r"^Removed \d.* [KM]iB\.$", told, re.MULTILINE)
    assert len(list((platform.data_dir / "environments" / "built").iterdir())) == 1

    platform.start()
    answer = platform.run(kept, {"x": 4, "label": "one"})
    assert answer.json()["double"] == 8
    described = platform.get(f"/model/describe/demo/{gone}").json()["Description"]
    assert described["Status"] == "Deleted"
    file = platform.get(f"/model/files/demo/{gone}/weights.bin")
    assert file.status_code == 404, file.text
