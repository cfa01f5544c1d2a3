"""Reads the proxy to Discord from HTTPS_PROXY, ALL_PROXY and NO_PROXY."""

import re
from collections.abc import Mapping

import yarl

from discarr.errors import ConfigurationError

PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""The first one with a value counts, as in curl and Python."""
_HOST = "discord.com"


def proxy_from(environment: Mapping[str, str]) -> str | None:
    """Return the URL of the proxy to Discord; None to connect directly.

    Raises:
        ConfigurationError: the variable does not name an HTTP proxy.
    """
    name = proxy_variable(environment)
    exempt = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    if not name or _is_exempt(_HOST, exempt):
        return None
    given = environment[name].strip()
    url = given if "://" in given else f"http://{given}"
    if problem := _problem(url):
        raise ConfigurationError([f"{name} {problem}"])
    return url


def proxy_variable(environment: Mapping[str, str]) -> str:
    """Return the name of the variable that names the proxy; '' if there is none."""
    return next((name for name in PROXY_VARIABLES if environment.get(name, "").strip()), "")


def _is_exempt(host: str, exempt: str) -> bool:
    """Whether NO_PROXY's list of hosts and domains, maybe with ports, covers this one; `*` covers all."""
    given = re.split(r"[,;\s]+", exempt.lower())
    names = [name.removesuffix(":443").removeprefix("*.").removeprefix(".").removesuffix(".") for name in given]
    return any(name == "*" or host == name or host.endswith(f".{name}") for name in names if name)


def _problem(url: str) -> str:
    """Return the rest of a sentence about what is wrong with the URL; '' if nothing is."""
    try:
        parts = yarl.URL(url)
        host = parts.host or ""
        host.encode("idna")  # as looking it up does
        f"{parts.user}{parts.password}".encode("latin-1")  # as the header for the proxy does
        if ":" in (parts.user or "") or " " in host or not host.isprintable():
            raise ValueError
    except ValueError:
        return "is not a URL: write it as http://proxy:3128"
    if parts.scheme.startswith("socks"):
        return "names a socks proxy, which Discarr cannot use: name an HTTP proxy, or put discord.com into NO_PROXY"
    if parts.scheme not in ("http", "https") or not host or parts.port == 0:
        return "is not the URL of an HTTP proxy: write it as http://proxy:3128"
    return ""
