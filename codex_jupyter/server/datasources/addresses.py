"""Addresses of files at providers, in the spellings that people copy from consoles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, unquote, urlsplit

from codex_jupyter.protocol.credentials import Provider

from .faults import Unreadable

SCHEMES = {Provider.AWS: "s3", Provider.GCP: "gs", Provider.AZURE: "az"}
"""The scheme under which an address is kept."""

_ALIASES = {
    Provider.AWS: ("s3", "s3a", "s3n"),
    Provider.GCP: ("gs", "gcs"),
    Provider.AZURE: ("az", "abfs", "abfss", "wasb", "wasbs", "adl"),
}
_GOOGLE = frozenset({"storage.cloud.google.com", "storage.googleapis.com"})
_S3_HOST = re.compile(
    r"(?:(?P<bucket>.+)\.)?s3[.-](?:[\w-]+\.)*amazonaws\.com(?:\.cn)?"
)
_AZURE_HOST = re.compile(r"[\w-]+\.(?:blob|dfs)\.core\.[\w.]+")
_EXAMPLES = {
    Provider.AWS: "s3://bucket/folder/file.csv",
    Provider.GCP: "gs://bucket/folder/file.csv",
    Provider.AZURE: "az://container/folder/file.csv",
}


def path_of(provider: Provider, uri: str, credentials: Mapping[str, str]) -> str:
    """The bucket (or container) and the path within it: ``bucket/folder/file.csv``.

    Raises:
        Unreadable: the address is none of this provider's, or holds a secret.
    """
    parts = _split(provider, uri)
    scheme = parts.scheme.lower()
    if scheme in _ALIASES[provider]:
        # abfss://container@account.dfs.core.windows.net/path
        bucket, slash, rest = uri.partition("://")[2].partition("/")
        # As typed: in keys, ? and # are signs like any other.
        found = f"{bucket.partition('@')[0]}{slash}{rest}"
    elif scheme in ("http", "https"):
        found = _of_web(provider, parts, credentials.get("endpoint_url", ""))
    else:
        found = ""
    path = found.strip("/")
    if not path or path.startswith(("*", "?", "[")):
        raise Unreadable(
            f"'{uri[:200]}' is no address of {provider}. "
            f"Expected is one such as {_EXAMPLES[provider]}."
        )
    return f"{path}/" if found.endswith("/") else path


def _split(provider: Provider, uri: str) -> SplitResult:
    try:
        parts = urlsplit(uri)
        host = parts.netloc
    except ValueError:
        raise Unreadable(
            f"This is no address. Expected is one such as {_EXAMPLES[provider]}."
        ) from None
    is_web = parts.scheme.lower() in ("http", "https")
    if (is_web and parts.query) or ":" in host.rpartition("@")[0]:
        # It is kept and listed, so no signature or password may be in it.
        raise Unreadable(
            "The address holds more than the place of the file, such as a signature. "
            "Give it without, and register what signs it as a datasource."
        )
    return parts


def _of_web(provider: Provider, parts: SplitResult, endpoint: str) -> str:
    path, host = unquote(parts.path), parts.netloc.lower()
    if endpoint and urlsplit(endpoint).netloc.lower() == host:
        # What follows the endpoint's own path, such as that of a local Azurite.
        return path.removeprefix(urlsplit(endpoint).path.rstrip("/"))
    if provider is Provider.GCP and host in _GOOGLE:
        return path
    if provider is Provider.AZURE and _AZURE_HOST.fullmatch(host):
        return path
    if provider is Provider.AWS and (found := _S3_HOST.fullmatch(host)):
        bucket = found["bucket"]
        return f"{bucket}{path}" if bucket else path
    return ""
