"""Makes stdout and stderr take whatever is written to them."""

import sys
from contextlib import suppress
from io import TextIOWrapper


class _Output(TextIOWrapper):
    """Drops what cannot be written: a full disk, or a reader that has left, is no reason to end."""

    def write(self, text: str, /) -> int:
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def tolerate_bad_output() -> None:
    """Let no write to stdout and stderr fail, and escape the characters that their encoding lacks."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is not TextIOWrapper:  # it is closed, or replaced by one of these or by a test
            continue
        encoding, is_line_buffered, is_unbuffered = stream.encoding, stream.line_buffering, stream.write_through
        output = _Output(
            stream.detach(), encoding, "backslashreplace", line_buffering=is_line_buffered, write_through=is_unbuffered
        )
        for each in (name, f"__{name}__"):  # the second one is flushed at the very end
            setattr(sys, each, output)
