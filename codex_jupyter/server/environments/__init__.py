"""The models' own Python environments: found interpreters, resolved, built, kept."""

from .building import Environment, Environments, Resolution
from .faults import BuildFault
from .interpreters import Interpreter, find_interpreters, pick_interpreter

__all__ = [
    "BuildFault",
    "Environment",
    "Environments",
    "Interpreter",
    "Resolution",
    "find_interpreters",
    "pick_interpreter",
]
