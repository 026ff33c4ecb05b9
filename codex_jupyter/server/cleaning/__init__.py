"""What of a stopped platform's disk nothing uses: found, told, removed."""

from .command import run_clean

__all__ = ["run_clean"]
