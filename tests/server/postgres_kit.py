"""A real PostgreSQL server of the tests' own, with a password."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

PASSWORD = "of the tests/only?"  # characters that an address must escape


class Server:
    """The server; each database that it makes is new."""

    def __init__(self, folder):
        # PostgreSQL refuses to be run by root.
        self.user = "postgres" if os.getuid() == 0 else None
        self.folder = folder
        self._made = 0
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if self.user:
            for path in (folder, secret):
                shutil.chown(path, self.user)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        given = ("-U", "postgres", "-A", "scram-sha-256", "--pwfile", secret)
        self._call("initdb", *given, "--no-sync")

    def start(self):
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        log = self.folder / "log"
        self._call("pg_ctl", "-w", "-l", log, "-o", options, "start")

    def stop(self):
        self._call("pg_ctl", "-m", "immediate", "stop")

    def _call(self, program, *words):
        done = subprocess.run(
            [_programs() / program, *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=self.folder,
            user=self.user,
            env={"PGDATA": str(self.folder / "data"), "LC_ALL": "C.UTF-8"},
        )
        assert done.returncode == 0, done.stderr

    def address(self, name, password="of%20the%20tests%2Fonly%3F"):
        return f"postgresql://postgres:{password}@127.0.0.1:{self.port}/{name}"

    def database(self, *statements):
        """The address of a new database, in which the statements were run."""
        self._made += 1
        name = f"codex_{self._made}"
        self._run("postgres", f"CREATE DATABASE {name}")
        self._run(name, *statements)
        return self.address(name)

    def _run(self, name, *statements):
        url = self.address(name).replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@contextmanager
def serving():
    """Start the server that the machine has, and end it."""
    with tempfile.TemporaryDirectory() as made:
        server = Server(Path(made))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _programs():
    """Debian keeps them off the PATH, by version."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.fail("there is no PostgreSQL: apt-get install postgresql")
    return found[-1]
