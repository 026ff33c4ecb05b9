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

    def __init__(self, port):
        self.port = port
        self._made = 0

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
    programs = _programs()
    # PostgreSQL refuses to be run by root.
    user = "postgres" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if user:
            for path in (folder, secret):
                shutil.chown(path, user)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        environment = {"PGDATA": str(folder / "data"), "LC_ALL": "C.UTF-8"}
        where = {"cwd": folder, "user": user, "env": environment}
        for command in (
            [
                "initdb",
                "-U",
                "postgres",
                "-A",
                "scram-sha-256",
                "--pwfile",
                secret,
                "--no-sync",
            ],
            ["pg_ctl", "-w", "-l", folder / "log", "-o", options, "start"],
        ):
            done = subprocess.run(
                [programs / command[0], *command[1:]],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                **where,
            )
            assert done.returncode == 0, done.stderr
        try:
            yield Server(port)
        finally:
            stop = [programs / "pg_ctl", "-m", "immediate", "stop"]
            subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, **where)


def _programs():
    """Debian keeps them off the PATH, by version."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.fail("there is no PostgreSQL: apt-get install postgresql")
    return found[-1]
