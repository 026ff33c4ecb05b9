"""The credentials of cloud providers: which members they have, under which spellings.

The protocol documents one shape only, Google's ``authorized_user``; for the others
the names are those of the providers' own tools, in whatever spelling these use:
``aws_access_key_id``, ``AccessKeyId`` and ``AWS_ACCESS_KEY_ID`` are the same member.
Client and server read them with the same function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class Provider(StrEnum):
    """Where a datasource's files lie, spelled as on the wire."""

    GCP = "GCP"
    AWS = "AWS"
    AZURE = "Azure"
    LOCAL = "Local"
    """Folders of the platform's own machine; an addition of ours."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """One set of members that is enough.

    Args:
        title: what the provider calls it.
        needed: canonical names.
        also: canonical names of what may be given besides.
    """

    title: str
    needed: tuple[str, ...]
    also: tuple[str, ...] = ()


_SHAPES: dict[Provider, tuple[_Shape, ...]] = {
    Provider.AWS: (
        _Shape(
            "an access key",
            ("aws_access_key_id", "aws_secret_access_key"),
            ("aws_session_token", "region", "endpoint_url"),
        ),
    ),
    Provider.AZURE: (
        _Shape("a connection string", ("connection_string",)),
        _Shape("an account key", ("account_name", "account_key"), ("endpoint_url",)),
        _Shape(
            "a shared access signature",
            ("account_name", "sas_token"),
            ("endpoint_url",),
        ),
        _Shape(
            "a service principal",
            ("account_name", "tenant_id", "client_id", "client_secret"),
        ),
    ),
    Provider.GCP: (
        _Shape(
            "a service account key",
            ("client_email", "private_key", "token_uri"),
            ("type", "project_id", "private_key_id", "endpoint_url"),
        ),
        _Shape(
            "an authorized user",
            ("client_id", "client_secret", "refresh_token"),
            ("type", "quota_project_id", "token_uri", "endpoint_url"),
        ),
    ),
    Provider.LOCAL: (_Shape("a folder", (), ("folder",)),),
}
# Without case and punctuation; a canonical name stands for itself.
_SPELLINGS = {
    Provider.AWS: {
        "accesskeyid": "aws_access_key_id",
        "accesskey": "aws_access_key_id",
        "key": "aws_access_key_id",
        "secretaccesskey": "aws_secret_access_key",
        "secretkey": "aws_secret_access_key",
        "secret": "aws_secret_access_key",
        "sessiontoken": "aws_session_token",
        "token": "aws_session_token",
        "awsregion": "region",
        "awsdefaultregion": "region",
        "defaultregion": "region",
        "regionname": "region",
        "endpoint": "endpoint_url",
        "awsendpointurl": "endpoint_url",
        "awsendpointurls3": "endpoint_url",
    },
    Provider.AZURE: {
        "azurestorageconnectionstring": "connection_string",
        "storageaccount": "account_name",
        "azurestorageaccount": "account_name",
        "azurestorageaccountname": "account_name",
        "accesskey": "account_key",
        "key": "account_key",
        "azurestoragekey": "account_key",
        "azurestorageaccountkey": "account_key",
        "sas": "sas_token",
        "sharedaccesssignature": "sas_token",
        "azurestoragesastoken": "sas_token",
        "tenant": "tenant_id",
        "azuretenantid": "tenant_id",
        "appid": "client_id",
        "azureclientid": "client_id",
        "password": "client_secret",
        "azureclientsecret": "client_secret",
        "endpoint": "endpoint_url",
        "accounthost": "endpoint_url",
    },
    Provider.GCP: {"endpoint": "endpoint_url"},
    Provider.LOCAL: {"path": "folder", "root": "folder", "directory": "folder"},
}
_MOST = 64 << 10
_PUNCTUATION = re.compile(r"[^a-z0-9]")


def provider_of(text: str) -> Provider:
    """The provider of that name, in any case.

    Raises:
        ValueError: there is none; the sentence names those there are.
    """
    for provider in Provider:
        if provider.lower() == text.strip().lower():
            return provider
    raise ValueError(
        f"The provider is one of {', '.join(Provider)}, not '{text[:20]}'."
    )


def parse_credentials(provider: Provider, raw: bytes) -> dict[str, str]:
    """`read_credentials` of a JSON file's content.

    Raises:
        ValueError: it is no JSON object, or lacks members; nothing of it is quoted.
    """
    if len(raw) > _MOST:
        raise ValueError("The credentials are too large: 64 KiB are allowed.")
    try:
        given = json.loads(raw.decode("utf-8-sig")) if raw.strip() else {}
    except (ValueError, RecursionError):
        # What the parser quotes could be a part of a secret.
        given = None
    if not isinstance(given, dict):
        raise ValueError(f"The credentials are not a JSON object. {expected(provider)}")
    return read_credentials(provider, given)


def read_credentials(provider: Provider, given: Mapping[str, Any]) -> dict[str, str]:
    """The members that the provider needs, under their canonical names.

    Raises:
        ValueError: one is missing or is no text; nothing of them is quoted.
    """
    # The aws command answers with one member that holds the others.
    inner = [value for value in given.values() if isinstance(value, Mapping)]
    if len(given) == 1 and inner:
        given = inner[0]
    found = _canonical(provider, given)
    for shape in _SHAPES[provider]:
        if all(found.get(name) for name in shape.needed):
            known = {*shape.needed, *shape.also}
            found = {k: v for k, v in found.items() if k in known and v}
            _check_addresses(found)
            return found
    begun = max(
        _SHAPES[provider], key=lambda shape: sum(name in found for name in shape.needed)
    )
    missing = [name for name in begun.needed if not found.get(name)]
    raise ValueError(
        f"The {provider} credentials lack {', '.join(missing)}. {expected(provider)}"
    )


def expected(provider: Provider) -> str:
    """One sentence: which members a provider's credentials have."""
    ways = [
        f"{', '.join(shape.needed)} ({shape.title})"
        for shape in _SHAPES[provider]
        if shape.needed
    ]
    also = dict.fromkeys(
        name
        for shape in _SHAPES[provider]
        for name in shape.also
        if name not in ("type", "private_key_id")
    )
    more = f"{', '.join(also)} may be given" if also else ""
    if not ways:
        return f"Expected is a JSON object, in which {more}."
    return f"Expected are {'; or '.join(ways)}{f'. Besides, {more}' if more else ''}."


def _check_addresses(found: Mapping[str, str]) -> None:
    for name in ("endpoint_url", "token_uri"):
        parts = urlsplit(found.get(name, "http://none"))
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"The {name} is no address such as https://host:9000.")
        if "@" in parts.netloc or parts.query:
            # It is told in errors, so nothing secret may be in it.
            raise ValueError(f"The {name} must hold no user, password or query.")


def _canonical(provider: Provider, given: Mapping[str, Any]) -> dict[str, str]:
    spellings = {
        _plain(name): name
        for shape in _SHAPES[provider]
        for name in (*shape.needed, *shape.also)
    } | _SPELLINGS[provider]
    found: dict[str, str] = {}
    for key, value in given.items():
        name = spellings.get(_plain(str(key)))
        if name is None or value is None:
            continue
        if not isinstance(value, str):
            raise ValueError(
                f"The member {name} of the {provider} credentials is a "
                f"{type(value).__name__}; a text is expected."
            )
        found[name] = value.strip()
    return found


def _plain(name: str) -> str:
    return _PUNCTUATION.sub("", name.lower())
