"""Why an app cannot be read, or could not do what was asked: every sentence of an ArrError."""

import ssl
from collections.abc import Iterator, Mapping

import httpx
import respx

from discarr.arr.client import MAX_UNCOUNTED
from discarr.arr.failures import Failures
from discarr.arr.http import MAX_BODY
from discarr.model.removal_mode import RemovalMode
from tests.support.apps import app, client_at, failure, read
from tests.support.builders import RADARR
from tests.support.clocks import HandClock
from tests.support.watching import monitoring

URL = "http://radarr.test"
QUEUE = f"{URL}/api/v3/queue"


def _outcomes() -> Mapping[str, httpx.Response | Exception]:
    return {
        "nothing-listens": httpx.ConnectError(""),
        "no-connection": httpx.ConnectTimeout(""),
        "no-answer": httpx.ReadTimeout(""),
        "broken-off": httpx.ReadError(""),
        "key-rejected": httpx.Response(401),
        "login-before": httpx.Response(401, headers={"WWW-Authenticate": 'Basic realm="Home"'}),
        "forbidden": httpx.Response(403),
        "too-often": httpx.Response(429),
        "page-of-a-proxy": httpx.Response(400, html="<html>"),
        "error-of-a-proxy": httpx.Response(500, html="<html>"),
        "login-page": httpx.Response(307, headers={"Location": "/login?returnUrl=%2Fapi%2Fv3%2Fqueue"}),
        "url-base-missing": httpx.Response(307, headers={"Location": "/radarr/api/v3/queue?page=1"}),
        "not-found": httpx.Response(404),
        "starting": httpx.Response(503),
        "server-error": httpx.Response(500),
        "unreachable-for-a-proxy": httpx.Response(502),
        "silent-for-a-proxy": httpx.Response(504),
        "odd-status": httpx.Response(400, json={}),
        "web-page": httpx.Response(200, html="<html>"),
        "cut-off": httpx.Response(200, text='{"page": 1,'),
        "too-many-values": httpx.Response(200, content=b"[%s1]" % (b"1," * MAX_UNCOUNTED)),
        "empty": httpx.Response(200),
        "not-unpacked": httpx.DecodingError(""),
        "too-large": httpx.Response(200, content=b" " * (MAX_BODY + 1)),
    }


async def entries() -> dict[str, str]:
    told = {}
    async with app() as (arr, client), client_at(URL, trust=False) as mocked:
        # respx hides what caused an error of httpx, so that these are real.
        for key, url in {"unknown-host": "http://radarr.invalid", "no-tls": arr.url.replace("http", "https")}.items():
            async with client_at(url, trust=False) as other:
                told[key] = str(await failure(read(other)))
        for key, outcome in _outcomes().items():
            with respx.mock(assert_all_called=False) as wire:
                wire.get(QUEUE).mock(side_effect=[outcome])
                wire.get(f"{URL}/ping").respond(json={"status": "OK"})
                told[key] = str(await failure(read(mocked)))
        arr.app_name = "Sonarr"
        async with monitoring(client, clock=HandClock()) as monitor:
            await monitor.refresh()
            told |= {"wrong-app": queue.outage.sentence for queue in monitor.snapshot().queues if queue.outage}
        for key, status in {"removal-failed": 500, "removal-forbidden": 403}.items():
            with respx.mock() as wire:
                wire.delete(f"{QUEUE}/1").respond(status)
                told[key] = str(await failure(mocked.remove(1, RemovalMode.REMOVE)))
    return {f"outage/{key}": text for key, text in [*told.items(), *_of_tls()]}


def _of_tls() -> Iterator[tuple[str, str]]:
    """What OpenSSL complains about: its X509_V_ERR codes, and the reasons of its other errors."""
    codes = {"expired": 10, "not-yet-valid": 9, "another-name": 62, "unknown-ca": 19, "odd-certificate": 79}
    for key, code in codes.items():
        yield key, _tls(ssl.SSLCertVerificationError(), verify_code=code)
    yield "another-ca", _tls(ssl.SSLCertVerificationError(), ca_named=True, verify_code=19)
    for key, reason in {"client-certificate": "TLSV13_ALERT_CERTIFICATE_REQUIRED", "handshake": "NO_CIPHERS"}.items():
        yield key, _tls(ssl.SSLError(), reason=reason)


def _tls(cause: ssl.SSLError, *, ca_named: bool = False, **changes: object) -> str:
    for name, value in changes.items():
        setattr(cause, name, value)
    error = httpx.ConnectError("")
    error.__cause__ = cause
    return str(Failures(RADARR, ca_named=ca_named).of_wire(error))
