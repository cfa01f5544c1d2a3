"""Explains in one line why Discord cannot be reached: the network, a proxy, a certificate, a login page."""

import os
import socket
import ssl
from datetime import UTC, datetime

import aiohttp
import discord

from discarr.bot.proxy import proxy_variable

NOT_DISCORD = "something other than Discord answers: is there a login page, a proxy or a firewall in between?"
_NOT_VALID_NOW = (9, 10)
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""
_WRONG_NAME = 62
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH."""


def network_problem(error: aiohttp.ClientError | OSError) -> str:
    """Return why a request got no answer, in one line without an address or a key."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _proxy_refusal(error.status)
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"the proxy of {proxy_variable(os.environ)} cannot be reached"
    return _connection_problem(error)


def is_page(error: discord.HTTPException) -> bool:
    """Whether something was sent in place of Discord's own answer, which is JSON with a message."""
    is_json = error.response.headers.get("Content-Type", "").startswith("application/json")
    return error.code == 0 and not (is_json and error.text)


def _proxy_refusal(status: int) -> str:
    variable = proxy_variable(os.environ)
    if status == 407:
        return f"the proxy requires a user and a password: {variable}=http://user:password@proxy:3128"
    return f"the proxy of {variable} does not connect to Discord ({status})"


def _connection_problem(error: aiohttp.ClientError | OSError) -> str:
    cause = _cause(error)
    if isinstance(error, aiohttp.ClientConnectorDNSError) or isinstance(cause, socket.gaierror):
        return "Discord's name, or its proxy's, cannot be resolved: check this machine's DNS and network"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate_problem(cause)
    if isinstance(cause, ssl.SSLError):
        return "no TLS there: is there a proxy or a firewall in between?"
    if isinstance(cause, OSError) and cause.errno:
        return f"no connection ({os.strerror(cause.errno).lower()})"
    return f"the connection broke ({type(error).__name__})"


def _cause(error: BaseException) -> BaseException:
    """Return the error of the socket, which aiohttp wraps; for certificates under another name."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return error.certificate_error
    return error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error


def _certificate_problem(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _NOT_VALID_NOW:
        return (
            f"its certificate is not valid at this time; is this machine's clock right? {datetime.now(UTC):%F %R} UTC"
        )
    if error.verify_code == _WRONG_NAME:
        return "the certificate is for another name: is there a proxy or a firewall in between?"
    if os.environ.get("SSL_CERT_FILE"):
        return "its certificate is not trusted: the file in SSL_CERT_FILE has another CA"
    return "its certificate is not trusted: behind a proxy that inspects TLS, name its CA's file in SSL_CERT_FILE"
