"""What ``%codex doctor`` looks at: one finding each, with its one fix."""

from .finding import Finding, Level
from .here import check_here
from .there import check_there

__all__ = ["Finding", "Level", "check_here", "check_there"]
