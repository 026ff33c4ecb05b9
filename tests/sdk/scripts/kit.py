"""What every script here begins with: the client of the running version."""

import json
import os
import sys

VERSION = os.environ["SDK_VERSION"]
VALUES = json.loads(os.environ["SDK_VALUES"])
IS_OLD = VERSION == "2.2.7"
PYTHON = VALUES["python"]


def client(kind):
    """A client of the SDK, made as its version's documentation does."""
    if VERSION.startswith("4."):
        return kind(
            login=os.environ["MLOPS_USER"],
            password=os.environ["MLOPS_PASSWORD"],
            tenant="local",
        )
    if IS_OLD:
        return kind()
    return kind(
        login=os.environ["MLOPS_USER"],
        password=os.environ["MLOPS_PASSWORD"],
        url=os.environ["MLOPS_URL"],
    )


def tell(**values):
    """Hand values to the test; the last line that is printed."""
    sys.stdout.write("\n" + json.dumps(values, default=str) + "\n")
