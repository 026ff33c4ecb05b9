"""Monitored models: real environments, real functions, records of several weeks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# What does it is a module beside this one, for other folders too.
sys.path.insert(0, str(Path(__file__).parent))

from monitoring_kit import Kit


@pytest.fixture(scope="session")
def kit(platform):
    """What tests of monitoring do to the shared platform."""
    return Kit(platform)


@pytest.fixture(scope="session")
def training(kit):
    """A training execution that kept its data."""
    return kit.training()


@pytest.fixture(scope="session")
def credit(kit):
    """The hash of a model that can be monitored."""
    return kit.deploy(name="credit")


@pytest.fixture(scope="session")
def fresh(kit):
    """The same, which nobody ever asks anything."""
    return kit.deploy(name="fresh")
