"""Decides which addresses of an app are valid."""

import re
from urllib.parse import urlsplit

LONGEST = 2000
"""Characters of an address. httpx refuses a URL of more than 65,536, with what a request adds."""
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE)
_NEVER = re.compile(r"""[?#\s"'\\<>]""")


def is_address(url: str) -> bool:
    """Whether an app can be asked there: our own rules first, then the judgement of httpx."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and parts.port != 0
            and len(url) <= LONGEST
            and _HOST.fullmatch(parts.netloc) is not None
            and not _NEVER.search(url)
            and _is_accepted(url, parts.hostname or "")
        )
    except ValueError:  # of urlsplit, and of the codecs of host names
        return False


def _is_accepted(url: str, host: str) -> bool:
    """By httpx, and by the codec through which TLS passes the name of the host."""
    import httpx  # only now: mistakes elsewhere in the settings are reported without it

    try:
        httpx.Request("GET", url)
        host.encode("idna")
    except httpx.InvalidURL:
        return False
    return True
