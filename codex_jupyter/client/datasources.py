"""Datasources: cloud stores and folders that the platform copies datasets from."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from codex_jupyter.errors import (
    AuthenticationError,
    CredentialError,
    DatasetNotFoundError,
    InputError,
    PlatformError,
    ServerError,
)
from codex_jupyter.protocol import names, routes
from codex_jupyter.protocol.credentials import (
    Provider,
    parse_credentials,
    provider_of,
    read_credentials,
)

from .base import BaseMLOps, BaseMLOpsClient
from .datasets import MLOpsDataset, MLOpsDatasetClient
from .errors_map import is_good, member, refusal
from .files import File, part
from .operation import Answer, Call, Part, Steps, operation
from .transport import Connection

__all__ = ["PROVIDERS", "MLOpsDataSource", "MLOpsDataSourceClient"]

PROVIDERS = tuple(provider.value for provider in Provider)
"""``GCP``, ``AWS``, ``Azure``, and ``Local`` for folders of the platform's machine."""

# What platforms say to a registration that they refuse with 400.
_TAKEN = "Database produced an unexpected error"
_NOT_MASTER = "not in the master group"

Credentials = File | Mapping[str, Any]
"""A JSON file's path, its name with its content, or the members themselves."""


class MLOpsDataSourceClient(BaseMLOpsClient):
    """Registers and finds datasources; see `BaseMLOpsClient` for the arguments."""

    @operation
    def register_datasource(
        self,
        *,
        datasource_name: str,
        provider: str,
        cloud_credentials: Credentials | None = None,
        group: str,
    ) -> Steps[MLOpsDataSource]:
        """Let the platform keep credentials, encrypted, to copy files with them.

        Args:
            provider: ``GCP``, ``AWS``, ``Azure`` or ``Local``.
            cloud_credentials: the path of a JSON file, or a dict. Of Google a service
                account's key or an authorized user; of AWS ``aws_access_key_id``,
                ``aws_secret_access_key`` and, where needed, ``region``,
                ``endpoint_url``, ``aws_session_token``; of Azure a
                ``connection_string``, or ``account_name`` with ``account_key`` or
                ``sas_token``. Of ``Local`` a ``folder``, or None for whatever the
                platform's owner allows.

        Raises:
            CredentialError: they lack something; the message says what is expected.
            ServerError: the group has a datasource of that name already.
            AuthenticationError: the user may not register datasources.
            InputError: the name or the provider is not allowed, or there is no file.
        """
        if problem := names.datasource_problem(datasource_name):
            raise InputError(problem)
        kind = _provider(provider)
        yield from self._check_group(group)
        call = Call(
            routes.DATASOURCE_REGISTER,
            {"group": group},
            fields={"name": datasource_name, "provider": kind.value},
            files=(_checked(kind, cloud_credentials),),
        )
        answer = yield from self._connection.exchange(call)
        if not is_good(call, answer):
            raise self._refusal(call, answer)
        return MLOpsDataSource(self._connection, datasource_name, kind.value, group)

    aregister_datasource = register_datasource.twin

    @operation
    def list_datasources(
        self, *, provider: str | None = None, group: str | None = None
    ) -> Steps[list[dict[str, Any]]]:
        """The datasources: ``Name``, ``Provider``, ``Group``, ``RegisteredAt`` of each.

        Args:
            provider: only those of this provider.
            group: only those of this group.
        """
        query = {"group": group} if group else {}
        if provider is not None:
            query["provider"] = _provider(provider).value
        call = Call(routes.DATASOURCE_LIST, query=query)
        body = yield from self._connection.ask(call)
        return member(body, "Results", list, call)

    alist_datasources = list_datasources.twin

    @operation
    def get_datasource(
        self, *, datasource_name: str, group: str, provider: str | None = None
    ) -> Steps[MLOpsDataSource]:
        """The group's datasource of that name.

        Raises:
            InputError: there is none; names those there are.
        """
        rows = yield from MLOpsDataSourceClient.list_datasources.steps(
            self, provider=provider, group=group
        )
        for row in rows:
            if row.get("Name") == datasource_name:
                found = str(row.get("Provider") or provider or "")
                return MLOpsDataSource(self._connection, datasource_name, found, group)
        known = ", ".join(str(row.get("Name")) for row in rows)
        raise InputError(
            f"There is no datasource '{datasource_name}' in the group '{group}'.",
            hint=f"There are: {known}." if known else "None is registered there yet.",
        )

    aget_datasource = get_datasource.twin

    def _refusal(self, call: Call, answer: Answer) -> PlatformError:
        found = refusal(call, answer, self._connection.settings)
        text = answer.content.decode("utf-8", "replace")
        if answer.status == 400 and _TAKEN in text:
            # Ours says more after these words; others say no more than them.
            told = found.message.removeprefix(f"{_TAKEN}: ")
            return ServerError(
                told[:1].upper() + told[1:],
                status=400,
                hint="The name may be taken: list_datasources() shows those there are.",
            )
        if answer.status == 400 and _NOT_MASTER in text:
            return AuthenticationError(found.message, status=400)
        if isinstance(found, PlatformError):
            return found
        return CredentialError(found.message, status=answer.status)


class MLOpsDataSource(BaseMLOps):
    """One datasource.

    Attributes:
        datasource_name: its name.
        provider: ``GCP``, ``AWS``, ``Azure`` or ``Local``.
        group: the group it belongs to.
    """

    def __init__(
        self, connection: Connection, datasource_name: str, provider: str, group: str
    ) -> None:
        self._connection = connection
        self.datasource_name = datasource_name
        self.provider = provider
        self.group = group

    @classmethod
    def _direct(
        cls, *, datasource_name: str, provider: str, group: str, **user: Any
    ) -> MLOpsDataSource:
        return MLOpsDataSourceClient(**user).get_datasource(
            datasource_name=datasource_name, provider=provider, group=group
        )

    def __repr__(self) -> str:
        return (
            f"MLOpsDataSource({self.datasource_name!r}, {self.provider}, "
            f"group={self.group!r})"
        )

    @property
    def _where(self) -> dict[str, str]:
        return {"group": self.group, "name": self.datasource_name}

    @operation
    def import_dataset(
        self,
        *,
        dataset_uri: str,
        dataset_name: str,
        force: bool = False,
        wait_complete: bool = False,
        timeout: float | None = None,
    ) -> Steps[MLOpsDataset | dict[str, MLOpsDataset]]:
        """Copy a file, or each file of a folder or pattern, into a dataset.

        Args:
            dataset_uri: such as ``s3://bucket/file.csv``, ``gs://bucket/folder/``,
                ``az://container/*.parquet``, or a path on the platform's machine.
            dataset_name: what to call it; several get a number each.
            force: copy again what was imported before.
            wait_complete: return only when everything is there.
            timeout: seconds to wait; None for as long as it takes.

        Returns:
            The dataset; of several files a dict ``dataset_0``, ``dataset_1``, ….

        Raises:
            InputError: there is nothing at that address, or it is none.
            CredentialError: the provider refuses the credentials.
            DataSourceError: the datasource is gone, or an import failed.
        """
        if problem := names.dataset_problem(dataset_name):
            raise InputError(problem)
        call = Call(
            routes.DATASOURCE_IMPORT,
            self._where,
            {"force": str(force).lower()},
            {"uri": str(dataset_uri), "name": dataset_name},
        )
        body = yield from self._connection.ask(call)
        hashes = body.get("Datasets") if isinstance(body, dict) else None
        # Older platforms tell of one only.
        hashes = hashes or [member(body, "ExternalHash", str, call)]
        many = len(hashes) > 1
        datasets = [
            MLOpsDataset(
                self._connection,
                {
                    "Hash": hash_,
                    "Name": f"{dataset_name}_{number}" if many else dataset_name,
                    "Group": self.group,
                    "Origin": "Datasource",
                },
            )
            for number, hash_ in enumerate(hashes)
        ]
        if wait_complete:
            for one in datasets:
                yield from MLOpsDataset.wait_ready.steps(one, timeout)
        if not many:
            return datasets[0]
        return {f"dataset_{number}": one for number, one in enumerate(datasets)}

    aimport_dataset = import_dataset.twin

    @operation
    def list_datasets(self) -> Steps[list[MLOpsDataset]]:
        """The datasets that were imported from it, the newest first."""
        return (
            yield from MLOpsDatasetClient.list_datasets.steps(
                self,
                origin="Datasource",
                datasource_name=self.datasource_name,
                group=self.group,
            )
        )

    alist_datasets = list_datasets.twin

    @operation
    def get_dataset(self, *, dataset_hash: str) -> Steps[MLOpsDataset]:
        """One that was imported from it.

        Raises:
            DatasetNotFoundError: there is none of that hash.
        """
        for dataset in (yield from MLOpsDataSource.list_datasets.steps(self)):
            if dataset.dataset_hash == dataset_hash:
                return dataset
        raise DatasetNotFoundError(
            f"'{self.datasource_name}' has no dataset {dataset_hash[:12]}….",
            hint="list_datasets() shows those there are.",
        )

    aget_dataset = get_dataset.twin

    @operation
    def get_status(self, group: str, dataset_hash: str) -> Steps[dict[str, Any]]:
        """How an import is: ``{"status", "log"}``, as the documented SDK names them.

        Raises:
            DatasetNotFoundError: there is no such dataset.
        """
        where = {"group": group, "dataset": dataset_hash}
        body = yield from self._connection.ask(Call(routes.DATASET_STATUS, where))
        return {"status": body.get("Status"), "log": body.get("Log")}

    aget_status = get_status.twin

    @operation
    def delete(self) -> Steps[str]:
        """Forget it and its credentials; what the platform says to it.

        What was imported from it stays.

        Raises:
            DataSourceError: there is no such datasource.
        """
        body = yield from self._connection.ask(
            Call(routes.DATASOURCE_DELETE, self._where)
        )
        return str(body.get("Message", "")) if isinstance(body, dict) else str(body)

    adelete = delete.twin


def _provider(text: str) -> Provider:
    try:
        return provider_of(text)
    except ValueError as error:
        raise InputError(str(error)) from None


def _checked(provider: Provider, given: Credentials | None) -> Part:
    """The credentials as a file, when they have what the provider needs.

    Raises:
        CredentialError: they lack something.
        InputError: there is no such file.
    """
    try:
        if given is None or isinstance(given, Mapping):
            found = dict(given or {})
            read_credentials(provider, found)
            return Part("credentials", "credentials.json", json.dumps(found).encode())
        one = part("credentials", given, "credentials file")
        content = one.source
        if isinstance(content, os.PathLike):
            content = content.read_bytes()
        parse_credentials(provider, content)
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise CredentialError(str(error)) from None
    except OSError as error:
        raise InputError(f"The credentials file cannot be read: {error}") from None
    return one
