"""Where the page is served: a port that is taken, and what a browser is told."""

import errno
import os
import socket
import sys
import webbrowser

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NoAddress(Exception):
    """The page cannot be served there. The text is one sentence that says what to do instead."""


def no_address(host: str, port: int, error: OSError) -> NoAddress:
    """Why nothing could listen there, and what would work."""
    free = _next_free(host, port)
    if isinstance(error, socket.gaierror) or free is None:
        return NoAddress(f"--host {host} is no address of this machine; leave it out for {LOOPBACK[0]}.")
    why = "is not allowed" if isinstance(error, PermissionError) else "is taken"
    return NoAddress(f"Port {port} {why}; {free} is free: discarr demo --port {free}")


def _next_free(host: str, port: int) -> int | None:
    """The next port above that can be listened on, from 1024 on; None if there is none or no such host."""
    for candidate in range(max(port + 1, 1024), 65536):
        try:
            family, kind, _, _, address = socket.getaddrinfo(host, candidate, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind) as probe:
                probe.bind(address)
                return candidate
        except PermissionError:
            continue
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return None
    return None


def opened(url: str) -> bool:
    """Show it in a graphical browser, if somebody sits before this terminal and has one."""
    if not sys.stdout.isatty() or not _has_screen():
        return False
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def _has_screen() -> bool:
    # Without one, Python would start a browser inside of the terminal.
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
