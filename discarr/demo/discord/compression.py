"""The gateway's transport compression."""

import importlib
import zlib
from collections.abc import Callable

from aiohttp import web


def compressor(kind: str | None) -> Callable[[bytes], bytes] | None:
    """What makes one websocket message of one payload; None if no compression was asked for.

    Discord offers `zlib-stream` and `zstd-stream`, one stream for the whole connection, flushed after each payload.

    Raises:
        web.HTTPBadRequest: neither of them was asked for.
    """
    if kind is None:
        return None
    if kind == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda payload: deflate.compress(payload) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if kind == "zstd-stream":
        return _zstd()
    raise web.HTTPBadRequest(text=f"The gateway does not know the compression {kind!r}.")


def _zstd() -> Callable[[bytes], bytes]:
    """discord.py asks for zstd where the package zstandard or Python 3.14 offers it, so one of them is there."""
    try:
        zstandard = importlib.import_module("zstandard")
    except ImportError:
        zstd = importlib.import_module("compression.zstd").ZstdCompressor()
        return lambda payload: bytes(zstd.compress(payload, zstd.FLUSH_BLOCK))
    stream = zstandard.ZstdCompressor().compressobj()
    return lambda payload: bytes(stream.compress(payload) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
