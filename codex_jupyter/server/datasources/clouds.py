"""File systems of cloud providers, made from a datasource's credentials.

``endpoint_url`` and ``token_uri`` are taken as they are, private addresses included:
who may register a datasource administers this platform, and a store on the own machine
or network is what an endpoint is for.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from collections.abc import Mapping
from typing import Any

from codex_jupyter.protocol.credentials import Provider

from .faults import Unreadable

CONNECT_S = 10
READ_S = 30

_PACKAGES = {
    Provider.AWS: ("s3fs", "s3"),
    Provider.GCP: ("gcsfs", "gcs"),
    Provider.AZURE: ("adlfs", "azure"),
}


def file_system(provider: Provider, credentials: Mapping[str, str]) -> Any:
    """The provider's files as an fsspec file system; nothing of it is cached.

    Raises:
        Unreadable: the package for this provider is not installed.
        Exception: whatever its package finds wrong with the credentials.
    """
    package, extra = _PACKAGES[provider]
    importlib.invalidate_caches()
    if importlib.util.find_spec(package) is None:
        raise Unreadable(
            f"Reading from {provider} needs the package {package}, which is not "
            f"installed where the platform runs: pip install 'codex_jupyter[{extra}]'"
        )
    # They log requests and their failures; what matters of these is told by us.
    for name in (package, "azure", "google", "botocore", "aiobotocore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return _MAKERS[provider](credentials)


def _aws(given: Mapping[str, str]) -> Any:
    from s3fs import S3FileSystem

    endpoint = given.get("endpoint_url")
    return S3FileSystem(
        key=given["aws_access_key_id"],
        secret=given["aws_secret_access_key"],
        token=given.get("aws_session_token"),
        endpoint_url=endpoint,
        client_kwargs={"region_name": given["region"]} if "region" in given else {},
        config_kwargs={
            "connect_timeout": CONNECT_S,
            "read_timeout": READ_S,
            "retries": {"max_attempts": 2},
            # Stores other than Amazon's have no host name for each bucket.
            "s3": {"addressing_style": "path" if endpoint else "auto"},
        },
        skip_instance_cache=True,
        use_listings_cache=False,
    )


def _gcp(given: Mapping[str, str]) -> Any:
    import requests

    # The package's own default asks over gRPC first, which no other endpoint speaks.
    from gcsfs.core import GCSFileSystem
    from google.auth.transport.requests import Request
    from google.oauth2 import credentials as users
    from google.oauth2 import service_account

    if "private_key" in given:
        keys = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            dict(given),
            scopes=["https://www.googleapis.com/auth/devstorage.read_only"],
        )
    else:
        keys = users.Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=given["refresh_token"],
            client_id=given["client_id"],
            client_secret=given["client_secret"],
            quota_project_id=given.get("quota_project_id"),
            token_uri=given.get("token_uri", "https://oauth2.googleapis.com/token"),
        )
    with requests.Session() as session:
        # Now, because gcsfs would repeat a refusal for half a minute.
        keys.refresh(Request(session))
    return GCSFileSystem(
        token=keys,
        # For making buckets only; without one it warns.
        project=given.get("project_id") or given.get("quota_project_id") or "none",
        access="read_only",
        endpoint_url=given.get("endpoint_url"),
        requests_timeout=READ_S,
        skip_instance_cache=True,
        use_listings_cache=False,
    )


def _azure(given: Mapping[str, str]) -> Any:
    from adlfs import AzureBlobFileSystem

    given = dict(given)
    if endpoint := given.pop("endpoint_url", None):
        # Alone it would be taken for the name of a host that speaks https.
        account, sas = given["account_name"], given.pop("sas_token", None)
        key = (
            f"SharedAccessSignature={sas}"
            if sas
            else (f"AccountKey={given.pop('account_key')}")
        )
        given["connection_string"] = (
            f"AccountName={account};{key};BlobEndpoint={endpoint}"
        )
    return AzureBlobFileSystem(
        **given,
        anon=False,
        connection_timeout=CONNECT_S,
        read_timeout=READ_S,
        skip_instance_cache=True,
        use_listings_cache=False,
    )


_MAKERS = {Provider.AWS: _aws, Provider.GCP: _gcp, Provider.AZURE: _azure}
