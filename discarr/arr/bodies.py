"""The body of an answer, as it came."""

from typing import NamedTuple

from discarr.errors import BadAnswer

LARGEST = 32 * 2**20
"""Bytes, before and after decompression. A page of 1,000 records is about 1.3 MB."""


class Packed(NamedTuple):
    """A whole body. What was told before need not even be unpacked."""

    body: bytes
    encoding: str
    """Its Content-Encoding; '' for none."""


class Body:
    """A body that comes in chunks, and has an end."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0

    def take(self, chunk: bytes) -> None:
        """Add this.

        Raises:
            BadAnswer: it is larger than any queue.
        """
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > LARGEST:
            raise BadAnswer(f"sent more than {LARGEST // 2**20} MiB, which is no queue")

    @property
    def whole(self) -> bytes:
        """All of it. No copy is made of a single chunk."""
        return b"".join(self._chunks)
