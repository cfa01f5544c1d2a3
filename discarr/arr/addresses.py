"""Decides which addresses of an app are valid."""

import re
from urllib.parse import urlsplit

LONGEST_URL = 2000
"""Characters of an address. httpx refuses URLs over 65,536 characters, and each request appends its own path."""
_HOST = re.compile(r"(?:[\w-]{1,63}(?:\.[\w-]{1,63})*\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE)
"""A label has up to 63 characters, or looking up the name fails (RFC 1035, section 2.3.4)."""
_NEVER = re.compile(r"""[?#\s"'\\<>]""")


def is_address(url: str) -> bool:
    """Return whether this is a valid address of an app: by Discarr's own rules first, then by those of httpx."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and parts.port != 0
            and len(url) <= LONGEST_URL
            and _HOST.fullmatch(parts.netloc) is not None
            and not _NEVER.search(url)
            and _is_accepted(url)
        )
    except ValueError:  # from urlsplit
        return False


def _is_accepted(url: str) -> bool:
    """Return whether httpx accepts it."""
    import httpx  # slow to load; other mistakes in the settings are reported without it

    try:
        httpx.Request("GET", url)
    except httpx.InvalidURL:
        return False
    return True
