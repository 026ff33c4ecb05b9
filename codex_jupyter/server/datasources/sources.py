"""The files of one datasource: found by their address, opened one by one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Any

from codex_jupyter.protocol.credentials import Provider

from .addresses import SCHEMES, path_of
from .clouds import file_system
from .faults import Unreadable, without_secrets, worded
from .local import Folders

MOST_FILES = 1000
"""That one import may begin."""

_BLOCK = 8 << 20  # bytes that are fetched at a time
_MAGIC = frozenset("*?[")
# What a folder is searched for; a part of a distributed job's output has no suffix.
_TABLES = frozenset(
    ("", ".csv", ".json", ".jsonl", ".ndjson", ".parquet", ".tsv", ".txt")
)


@dataclass(frozen=True, slots=True)
class Found:
    """One file.

    Args:
        uri: its full address, by which it is opened and known.
    """

    uri: str


class Source(ABC):
    """The files of a datasource."""

    @abstractmethod
    def find(self, uri: str) -> list[Found]:
        """The files that an address names, in the order of their names.

        A folder stands for the tables directly in it, a pattern for what fits it.

        Raises:
            Unreadable: there are none or too many, or they cannot be listed.
        """

    @abstractmethod
    def open(self, uri: str) -> IO[bytes]:
        """Open one that was found, to be read from its beginning.

        Raises:
            Unreadable: it cannot be opened.
        """

    @abstractmethod
    def worded(self, error: BaseException, uri: str) -> Unreadable:
        """Why a read failed, without secrets."""


def open_source(
    provider: Provider, credentials: Mapping[str, str], folders: Folders
) -> Source:
    """The files that a datasource leads to; nothing is asked of its provider yet."""
    if provider is Provider.LOCAL:
        return _Local(folders, credentials.get("folder"))
    return _Cloud(provider, credentials)


class _Cloud(Source):
    def __init__(self, provider: Provider, credentials: Mapping[str, str]) -> None:
        self._provider = provider
        self._credentials = credentials

    @cached_property
    def _files(self) -> Any:
        try:
            return file_system(self._provider, self._credentials)
        except ValueError as error:
            told = without_secrets(str(error), self._credentials).partition("\n")[0]
            raise Unreadable(
                f"The {self._provider} credentials cannot be used: {told}",
                is_refusal=True,
            ) from None

    def find(self, uri: str) -> list[Found]:
        path = path_of(self._provider, uri, self._credentials)
        try:
            names = self._names(path)
        except Exception as error:  # noqa: BLE001 - each provider has its own
            raise self.worded(error, uri) from None
        _check_count(names, uri)
        scheme = SCHEMES[self._provider]
        return [Found(f"{scheme}://{name}") for name in sorted(names)]

    def open(self, uri: str) -> IO[bytes]:
        path = uri.partition("://")[2]
        try:
            opened: IO[bytes] = self._files.open(
                path, "rb", block_size=_BLOCK, cache_type="readahead"
            )
        except Exception as error:  # noqa: BLE001 - the same
            raise self.worded(error, uri) from None
        return opened

    def worded(self, error: BaseException, uri: str) -> Unreadable:
        return worded(error, uri, self._credentials)

    def _names(self, path: str) -> list[str]:
        if _MAGIC & set(path) and not self._files.exists(path):
            found = self._files.glob(path, detail=True)
            return [name for name, row in found.items() if _is_file(row)]
        if not path.endswith("/"):
            row = self._files.info(path)
            if _is_file(row):
                return [str(row["name"])]
        rows = self._files.ls(path.rstrip("/"), detail=True)
        return [str(row["name"]) for row in rows if _is_file(row) and _is_table(row)]


class _Local(Source):
    def __init__(self, folders: Folders, folder: str | None) -> None:
        self._folders = folders
        self._folder = folder

    def find(self, uri: str) -> list[Found]:
        view = self._folders.view(self._folder)
        try:
            paths = view.find(uri, MOST_FILES)
            if view.path_of(uri).is_dir():
                paths = [path for path in paths if _is_table({"name": path.name})]
        except OSError as error:
            raise self.worded(error, uri) from None
        _check_count(paths, uri)
        return [Found(path.as_uri()) for path in paths]

    def open(self, uri: str) -> IO[bytes]:
        try:
            return self._folders.view(self._folder).open(uri)
        except OSError as error:
            raise self.worded(error, uri) from None

    def worded(self, error: BaseException, uri: str) -> Unreadable:
        if isinstance(error, PermissionError):
            # Of the machine's own files, not of a provider.
            return Unreadable(f"The platform may not read {uri}.")
        return worded(error, uri, {})


def _check_count(found: list[str] | list[Path], uri: str) -> None:
    if not found:
        raise Unreadable(
            f"There is no table at {uri}: of a folder, the csv, json, parquet and txt "
            "files directly in it are taken."
        )
    if len(found) > MOST_FILES:
        raise Unreadable(
            f"{uri} has more than {MOST_FILES} files. Import a part of them, by a "
            "pattern such as 2026-0*.csv."
        )


def _is_file(row: Mapping[str, Any]) -> bool:
    name = str(row["name"])
    return row.get("type") == "file" and not name.endswith("/")


def _is_table(row: Mapping[str, Any]) -> bool:
    path = PurePosixPath(str(row["name"]))
    return path.suffix.lower() in _TABLES and not path.name.startswith((".", "_"))
