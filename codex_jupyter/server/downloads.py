"""Kept files as answers, sent in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from starlette.responses import StreamingResponse

_CHUNK = 1 << 20


def download(file: IO[bytes], name: str, size: int, media: str) -> StreamingResponse:
    """The rest of an open file as a download; it is closed at the end.

    Args:
        name: what it should be saved as.
        size: how many bytes will come.
    """
    return StreamingResponse(
        _pieces(file),
        media_type=media,
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece
