"""What the documented logger makes of an answer: log entries around it, in one text.

An entry is ``[LEVEL]text[LEVEL]``, one after the other; the answer comes last, between
two pairs of ``[OUTPUT]``.
"""

from __future__ import annotations

import re
from typing import List, Optional, Tuple

from .faults import Fault

# The levels, and the log rows' types that they stand for.
LEVELS = {"OUTPUT": "Ok", "DEBUG": "Debug", "WARNING": "Warning", "ERROR": "Error"}

_TAG = re.compile(r"\s*(\[(%s)\])" % "|".join(LEVELS))
_ANSWER = "[OUTPUT][OUTPUT]"


def untag(text: str) -> Optional[Tuple[List[Tuple[str, str]], str]]:
    """The entries, as type and text, and the answer; None where no logger wrote it.

    Raises:
        Fault: there are entries, and no answer.
    """
    entries: List[Tuple[str, str]] = []
    place = 0
    while place < len(text):
        if text.startswith(_ANSWER, place):
            end = text.rfind(_ANSWER)
            return (entries, text[place + len(_ANSWER) : end]) if end > place else None
        found = _TAG.match(text, place)
        end = text.find(found.group(1), found.end()) if found else -1
        if found is None or end < 0:
            return None
        entries.append((LEVELS[found.group(2)], text[found.end() : end]))
        place = end + len(found.group(1))
    if not entries:
        return None
    if entries[-1][0] != "Ok":
        raise Fault(
            "returned log entries and no answer. Return logger.callback(answer)."
        )
    return entries[:-1], entries[-1][1]
