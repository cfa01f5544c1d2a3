"""What a failed request means: over real sockets, and with certificates that have really gone wrong."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest
from aiohttp import web

from discarr import errors
from discarr.arr.client import ArrClient
from discarr.arr.http import tls_context
from discarr.arr.parsing import ReadContext
from discarr.demo.arr import LoopbackArr
from discarr.errors import ArrError
from discarr.model.removal_mode import RemovalMode
from tests.approved import approved
from tests.builders import RADARR

TLS = Path(__file__).parent / "fixtures" / "tls"
PAGE = "<!doctype html><title>Sign in</title>"

type Answer = Callable[[web.Request], web.Response | None]


@asynccontextmanager
async def radarr(
    answer: Answer | None = None, *, tls: ssl.SSLContext | None = None, trust: bool | Path = True, scheme: str = ""
) -> AsyncIterator[ArrClient]:
    """A client of an app before which something gives this answer, unless it is None."""

    async def fault(request: web.Request) -> web.StreamResponse | None:
        return answer(request) if answer else None

    async with LoopbackArr("radarr", ssl_context=tls) as app:
        app.fault = fault
        url = scheme + app.url.partition(":")[2] if scheme else app.url
        async with ArrClient(RADARR, url, app.api_key, tls=tls_context(trust)) as client:
            yield client


async def outage(client: ArrClient) -> ArrError:
    with pytest.raises(ArrError) as caught:
        await client.queue(ReadContext.alone(RADARR))
    assert str(caught.value)[-1] not in ".?!", "it is followed by more"
    return caught.value


# TLS


def certificate(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{name}.pem", TLS / "key.pem")
    return context


@pytest.mark.parametrize(
    ("name", "trust", "key"),
    [
        ("certificate", True, "unknown-ca"),
        ("plain-server", True, "unknown-ca"),
        ("certificate", "plain-ca", "another-ca"),
        ("plain-server", "certificate", "another-ca"),
        ("expired", "expired", "expired"),
        ("not-yet-valid", "not-yet-valid", "not-yet-valid"),
        ("another-name", "another-name", "another-name"),
    ],
)
async def test_each_fault_of_a_certificate_has_its_own_sentence(name: str, trust: bool | str, key: str) -> None:
    path = TLS / f"{trust}.pem" if isinstance(trust, str) else trust
    async with radarr(tls=certificate(name), trust=path) as client:
        error = await outage(client)

    assert (type(error), str(error)) == (errors.TlsTrouble, approved(f"outage/{key}"))


@pytest.mark.parametrize(("name", "ca"), [("plain-server", "plain-ca"), ("plain-server", "plain-server")])
async def test_a_ca_without_a_key_usage_is_enough_where_the_user_names_it(name: str, ca: str) -> None:
    async with radarr(tls=certificate(name), trust=TLS / f"{ca}.pem") as client:
        assert (await client.queue(ReadContext.alone(RADARR))).downloads == ()


async def test_https_to_a_port_without_tls_is_said_as_such() -> None:
    async with radarr(scheme="https:") as client:
        error = await outage(client)

    assert (type(error), str(error)) == (errors.TlsTrouble, approved("outage/no-tls"))


@contextmanager
def handshakes(context: ssl.SSLContext) -> Iterator[str]:
    """The URL of a server that ends each handshake with the alert of OpenSSL, which asyncio's does not send."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                raw, _ = listener.accept()
                raw.settimeout(5)
                with suppress(OSError), raw.dup() as drain:
                    with suppress(ssl.SSLError):
                        context.wrap_socket(raw, server_side=True)
                    while drain.recv(4096):  # unread bytes would make a reset of the end, which can overtake the alert
                        pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"https://localhost:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def with_client_certificate(version: ssl.TLSVersion) -> ssl.SSLContext:
    context = certificate("certificate")
    context.load_verify_locations(TLS / "plain-ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    return context


def without_names() -> ssl.SSLContext:
    context = certificate("certificate")
    context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    return context


@pytest.mark.parametrize(
    ("context", "key"),
    [
        (with_client_certificate(ssl.TLSVersion.TLSv1_3), "client-certificate"),
        (with_client_certificate(ssl.TLSVersion.TLSv1_2), "handshake"),
        (without_names(), "handshake"),
    ],
)
async def test_a_server_that_refuses_the_handshake_is_said_to_do_so(context: ssl.SSLContext, key: str) -> None:
    with handshakes(context) as url:
        async with ArrClient(RADARR, url, "key", tls=tls_context(False)) as client:
            error = await outage(client)

    assert (type(error), str(error)) == (errors.TlsTrouble, approved(f"outage/{key}"))


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_server_that_hangs_up_on_the_first_bytes_has_broken_off(scheme: str) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with ArrClient(RADARR, url, "key", tls=tls_context(True)) as client:
            error = await outage(client)

    assert (type(error), str(error)) == (errors.Unreachable, approved("outage/broken-off"))


# What answers before the app

BASIC = {"WWW-Authenticate": 'Basic realm="Home"'}


def page(status: int) -> web.Response:
    return web.Response(status=status, text=PAGE, content_type="text/html")


def unauthorized(*, headers: dict[str, str] | None = None, body: str = "") -> web.Response:
    """Without a body it has no Content-Type either, as the app's own."""
    response = web.Response(status=401, headers=headers, body=body.encode() or None)
    if not body:
        response.headers.pop("Content-Type", None)
    return response


@pytest.mark.parametrize(
    ("answer", "ping", "kind"),
    [
        pytest.param(unauthorized, None, errors.KeyRejected, id="the app's own"),
        pytest.param(unauthorized, lambda: web.Response(status=404), errors.KeyRejected, id="too old for /ping"),
        pytest.param(
            unauthorized,
            lambda: web.Response(status=302, headers={"Location": "/login?returnUrl=%2Fping"}),
            errors.KeyRejected,
            id="old, with forms",
        ),
        pytest.param(lambda: page(401), None, errors.KeyRejected, id="a proxy's page in place of the app's nothing"),
        pytest.param(lambda: unauthorized(headers=BASIC), None, errors.Blocked, id="basic login"),
        pytest.param(lambda: page(401), lambda: page(401), errors.Blocked, id="a page for everything"),
        pytest.param(lambda: page(401), lambda: page(200), errors.Blocked, id="a page, and a single-page app"),
        pytest.param(
            lambda: unauthorized(body='{"error": "login"}'), unauthorized, errors.Blocked, id="JSON of a gateway"
        ),
        pytest.param(unauthorized, unauthorized, errors.Blocked, id="an empty one for everything"),
        pytest.param(unauthorized, lambda: page(403), errors.Blocked, id="an empty one, and a firewall"),
        pytest.param(
            unauthorized,
            lambda: web.Response(status=302, headers={"Location": "https://sso.example/?rd=x"}),
            errors.Blocked,
            id="an empty one, and a sign-on",
        ),
        pytest.param(
            unauthorized,
            lambda: web.Response(status=302, headers={"Location": "http://xn--zzzz/"}),
            errors.Blocked,
            id="an empty one, and a broken redirect",
        ),
    ],
)
async def test_a_401_is_a_wrong_key_or_a_login_before_the_app(
    answer: Callable[[], web.Response], ping: Callable[[], web.Response] | None, kind: type[ArrError]
) -> None:
    keys: list[str | None] = []

    def before(request: web.Request) -> web.Response | None:
        if not request.path.endswith("/ping"):
            return answer()
        keys.append(request.headers.get("X-Api-Key"))
        return ping() if ping else None

    async with radarr(before) as client:
        error = await outage(client)
        with pytest.raises(kind):
            await client.remove(1, RemovalMode.REMOVE)

    assert (type(error), error.at_once) == (kind, True)
    assert set(keys) <= {None}, "the key is not for whatever answers here"


@pytest.mark.parametrize(
    "location", ["", "http://[", "//", "javascript:1", "http://xn--zzzz/", "http://a:b:c/", "\u00e4"]
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_a_broken_address_is_a_redirect(location: str, status: int) -> None:
    async with radarr(lambda _: web.Response(status=status, headers={"Location": location})) as client:
        error = await outage(client)

    assert (type(error), str(error)) == (errors.WrongAddress, approved("outage/login-page"))


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (lambda: page(400), "page-of-a-proxy"),
        (lambda: web.Response(status=400, text="Bad Request"), "page-of-a-proxy"),
        (lambda: web.Response(status=400), "page-of-a-proxy"),
        (lambda: page(500), "error-of-a-proxy"),
        (lambda: web.Response(status=500, text="Internal Server Error"), "error-of-a-proxy"),
        (lambda: web.Response(status=403), "forbidden"),
        (lambda: page(403), "forbidden"),
        (lambda: page(429), "too-often"),
        (lambda: page(502), "unreachable-for-a-proxy"),
        (lambda: page(504), "silent-for-a-proxy"),
        (lambda: web.Response(), "empty"),
        (lambda: page(200), "web-page"),
    ],
)
async def test_an_answer_of_a_proxy_is_not_read_as_the_apps(answer: Callable[[], web.Response], key: str) -> None:
    async with radarr(lambda _: answer()) as client:
        assert str(await outage(client)) == approved(f"outage/{key}")


# Removals


def json_answer(status: int) -> web.Response:
    return web.json_response({"message": "NotFound"}, status=status)


@pytest.mark.parametrize(
    ("answer", "kind", "uncertain"),
    [
        (lambda: json_answer(400), errors.BadAnswer, False),
        (lambda: page(400), errors.WrongAddress, False),
        (lambda: page(403), errors.Blocked, False),
        (lambda: web.Response(status=404, text="404 page not found"), errors.WrongAddress, False),
        (lambda: web.Response(status=405), errors.BadAnswer, False),
        (lambda: web.Response(status=408), errors.BadAnswer, True),
        (lambda: web.Response(status=429), errors.ServerFailed, False),
        (lambda: web.Response(status=307, headers={"Location": "/radarr/api/v3/queue/1"}), errors.WrongAddress, False),
        (lambda: web.Response(status=304), errors.BadAnswer, True),
        (lambda: page(200), errors.WrongAddress, True),
        (lambda: json_answer(500), errors.ServerFailed, True),
        (lambda: page(500), errors.ServerFailed, True),
        (lambda: page(502), errors.ServerFailed, True),
        (lambda: page(503), errors.Starting, True),
        (lambda: json_answer(503), errors.Starting, False),
        (lambda: page(504), errors.ServerFailed, True),
        (lambda: page(524), errors.ServerFailed, True),
        (lambda: web.Response(status=599), errors.ServerFailed, True),
    ],
)
async def test_a_removal_is_uncertain_unless_the_answer_proves_that_nothing_was_done(
    answer: Callable[[], web.Response], kind: type[ArrError], uncertain: bool
) -> None:
    async with radarr(lambda _: answer()) as client:
        with pytest.raises(ArrError) as caught:
            await client.remove(1, RemovalMode.REMOVE)

    assert (type(caught.value), caught.value.uncertain) == (kind, uncertain)


@pytest.mark.parametrize("answer", [web.Response, lambda: web.Response(status=204), lambda: json_answer(200)])
async def test_an_empty_answer_is_a_removal(answer: Callable[[], web.Response]) -> None:
    async with radarr(lambda _: answer()) as client:
        assert await client.remove(1, RemovalMode.REMOVE) is not None


async def test_only_the_apps_own_404_says_that_a_download_is_gone() -> None:
    async with radarr() as client:
        with pytest.raises(errors.AlreadyGone):
            await client.remove(1, RemovalMode.REMOVE)


@pytest.mark.parametrize(("listens", "uncertain"), [(True, True), (False, False)])
async def test_a_removal_is_uncertain_if_it_was_sent(listens: bool, uncertain: bool) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        if not listens:
            server.close()
        async with ArrClient(RADARR, url, "key", tls=tls_context(True)) as client:
            with pytest.raises(errors.Unreachable) as caught:
                await client.remove(1, RemovalMode.REMOVE)

    assert caught.value.uncertain is uncertain
