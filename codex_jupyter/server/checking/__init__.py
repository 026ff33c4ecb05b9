"""Trying a cell in the environment that its deployment would have, apart from any.

The environments are those of a data folder, so what a check builds, a deployment finds
built; everything else lies in the check's own folder and goes with it.
"""

from .command import run_check

__all__ = ["run_check"]
