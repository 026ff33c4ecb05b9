"""How building an environment fails."""

from __future__ import annotations

import errno

_MOST_DETAIL = 4000
DISK_FULL = (
    "The platform's disk is full, so the environment could not be built. Free some "
    "space and deploy again."
)


class BuildFault(Exception):
    """An environment cannot be made.

    Args:
        message: one or two sentences that a person needs.
        detail: the resolver's own lines, or "". Cut to its last 4,000 characters.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail[-_MOST_DETAIL:]


def of_os_error(error: OSError) -> BuildFault:
    """The fault that tells of a failure of the platform's own files."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return BuildFault(DISK_FULL)
    return BuildFault(
        f"The environment could not be written: {error.strerror or error}."
    )
