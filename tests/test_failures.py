"""What a failed request means: over real sockets, and with certificates that have really gone wrong.

The sentences themselves are compared by `test_approved.py`, made of the same answers.
"""

import asyncio
import json
import re
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from aiohttp import web

from discarr import errors
from discarr.arr.client import REMOVE_DEADLINE, ArrClient
from discarr.arr.http import READ_DEADLINE
from discarr.demo.arr.server import Fault
from discarr.errors import ArrError
from discarr.model.instance import Instance
from discarr.model.removal_mode import RemovalMode
from tests.approved import approved
from tests.support import faults
from tests.support.apps import ODD_BODY, TLS, app, certificate, client_at, failure, films, raw_server, read
from tests.virtual_time import jumping

ERRORS: list[dict[str, Any]] = json.loads((TLS.parent / "errors.json").read_text("utf-8"))

type Answer = Callable[[], web.Response]


def remove(client: ArrClient) -> Any:
    return client.remove(1, RemovalMode.REMOVE)


def page(status: int) -> Answer:
    return partial(web.Response, status=status, text="<!doctype html><title>Sign in</title>", content_type="text/html")


def text(status: int, body: str | None = None) -> Answer:
    return partial(web.Response, status=status, text=body)


def json_answer(status: int) -> Answer:
    return partial(web.json_response, {"message": ODD_BODY}, status=status)


def moved(location: str, status: int = 302) -> Answer:
    return partial(web.Response, status=status, headers={"Location": location})


def saying(answer: Answer, ping: Answer | None = None) -> Fault:
    """Everything is answered like this, and `/ping`, which needs no key, by the app or by this."""

    async def fault(request: web.Request) -> web.StreamResponse | None:
        if request.path.endswith("/ping"):
            assert "X-Api-Key" not in request.headers, "the key is not for whatever answers here"
            return ping() if ping else None
        return answer()

    return fault


def without_status(sentence: str) -> str:
    return re.sub(r"\(\d{3}\)", "", sentence)


@pytest.mark.parametrize("answer", [each for each in ERRORS if "read_as" in each], ids=lambda each: str(each["name"]))
async def test_each_answer_of_a_real_app_has_its_class_and_none_of_its_secrets(answer: dict[str, Any]) -> None:
    fault = faults.answering(answer["status"], answer["body"], answer["content_type"] or "", answer["headers"])
    async with app(fault=fault) as (_, client):
        error = await failure(read(client), *answer["secrets"])

    assert type(error) is getattr(errors, answer["read_as"])


@pytest.mark.parametrize(
    ("answer", "kind", "sentence", "uncertain"),
    [
        (page(200), errors.WrongAddress, "web-page", True),
        (text(304), errors.BadAnswer, "", True),
        (moved("/radarr/api/v3/queue/1", 307), errors.WrongAddress, "url-base-missing", False),
        (json_answer(400), errors.BadAnswer, "odd-status", False),
        *(
            (answer, errors.WrongAddress, "page-of-a-proxy", False)
            for answer in (page(400), text(400, "Bad Request"), text(400))
        ),
        *((answer(403), errors.Blocked, "", False) for answer in (text, page, json_answer)),
        (json_answer(404), errors.WrongAddress, "not-found", None),
        (text(404, "404 page not found"), errors.WrongAddress, "not-found", False),
        *((text(status), errors.BadAnswer, "", False) for status in (405, 418)),
        (text(408), errors.BadAnswer, "", True),
        *((answer(429), errors.ServerFailed, "too-often", False) for answer in (text, page)),
        (json_answer(500), errors.ServerFailed, "server-error", True),
        (page(500), errors.ServerFailed, "error-of-a-proxy", True),
        (text(500, "Internal Server Error"), errors.ServerFailed, "error-of-a-proxy", True),
        *((page(status), errors.ServerFailed, "unreachable-for-a-proxy", True) for status in (502, 520, 530)),
        (page(503), errors.Starting, "starting", True),
        (json_answer(503), errors.Starting, "starting", False),
        *((page(status), errors.ServerFailed, "silent-for-a-proxy", True) for status in (504, 522, 524)),
        (text(599), errors.ServerFailed, "", True),
    ],
)
async def test_each_answer_is_told_without_its_words_and_a_removal_is_uncertain_unless_nothing_can_have_been_done(
    answer: Answer, kind: type[ArrError], sentence: str, uncertain: bool | None
) -> None:
    """The app's own 404 for a removal says that the download is gone."""
    async with app(fault=saying(answer)) as (_, client):
        error = await failure(read(client))
        if uncertain is not None:
            removal = await failure(remove(client))
            assert (type(removal), removal.uncertain) == (kind, uncertain)

    assert type(error) is kind
    assert not sentence or without_status(str(error)) == without_status(approved(f"outage/{sentence}"))


BASIC = partial(web.Response, status=401, headers={"WWW-Authenticate": "Basic"})


@pytest.mark.parametrize(
    ("answer", "ping", "kind"),
    [
        pytest.param(text(401), None, errors.KeyRejected, id="the app's own"),
        pytest.param(text(401), text(404), errors.KeyRejected, id="too old for /ping"),
        pytest.param(text(401), moved("/login?returnUrl=%2Fping"), errors.KeyRejected, id="old, with forms"),
        pytest.param(page(401), None, errors.KeyRejected, id="a proxy's page in place of the app's nothing"),
        pytest.param(BASIC, None, errors.Blocked, id="basic login"),
        pytest.param(page(401), page(401), errors.Blocked, id="a page for everything"),
        pytest.param(page(401), page(200), errors.Blocked, id="a page, and a single-page app"),
        pytest.param(json_answer(401), text(401), errors.Blocked, id="JSON of a gateway"),
        pytest.param(text(401), text(401), errors.Blocked, id="an empty one for everything"),
        pytest.param(text(401), page(403), errors.Blocked, id="an empty one, and a firewall"),
        pytest.param(text(401), moved("https://sso.example/?rd=x"), errors.Blocked, id="and a sign-on"),
        pytest.param(text(401), moved("http://xn--zzzz/"), errors.Blocked, id="and a broken redirect"),
    ],
)
async def test_a_401_is_a_wrong_key_or_a_login(answer: Answer, ping: Answer | None, kind: type[ArrError]) -> None:
    async with app(fault=saying(answer, ping)) as (_, client):
        error = await failure(read(client))
        assert type(await failure(remove(client))) is kind

    assert (type(error), error.at_once) == (kind, True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_wrong_address_and_is_not_followed(status: int) -> None:
    async with app() as (other, _), app(fault=saying(moved(other.url, status))) as (_, client):
        for error in (await failure(read(client)), await failure(remove(client))):
            assert (type(error), str(error)) == (errors.WrongAddress, approved("outage/login-page"))

    assert other.requests == []


async def test_a_further_instance_names_its_own_settings() -> None:
    async with app() as (arr, _), client_at(arr.url, instance=Instance.of("radarr-4k-hdr")) as client:
        assert "RADARR_4K_HDR_API_KEY" in str(await failure(read(client)))
        arr.fault = faults.answering(404)
        assert "RADARR_4K_HDR_URL" in str(await failure(read(client)))


async def test_any_good_answer_is_a_removal_and_the_apps_own_404_says_that_a_download_is_gone() -> None:
    async with app() as (arr, client):
        with pytest.raises(errors.AlreadyGone):
            await remove(client)
        for status in (200, 204):
            arr.fault = saying(text(status))
            assert await remove(client) is not None


HALF = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"page": 1,'


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("content", "end"), [(b"", "close"), (b"220 Xyzzy ESMTP\r\n\r\n", "close"), (HALF, "abort")])
async def test_a_connection_that_is_cut_is_told_as_broken_off(content: bytes, end: str, scheme: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(2**16)
        writer.write(content)
        await writer.drain()
        getattr(writer.transport, end)()

    tls = certificate() if scheme == "https" and content else None
    async with raw_server(answer, tls) as address, client_at(f"{scheme}://{address}", trust=False) as client:
        error = await failure(read(client))

    assert (type(error), str(error), error.at_once) == (errors.Unreachable, approved("outage/broken-off"), False)


async def test_where_nothing_listens_or_no_host_is_known_nothing_can_have_been_done() -> None:
    async with app(fault=faults.dropping) as (arr, client):
        sent = await failure(remove(client))
        await arr.stop()
        refused, not_sent = await failure(read(client)), await failure(remove(client))
    async with client_at("http://no-such-host.invalid:17878") as client:
        unknown = await failure(read(client), "no-such-host")

    assert (type(refused), str(refused)) == (errors.Unreachable, approved("outage/nothing-listens"))
    assert (type(unknown), str(unknown)) == (errors.Unreachable, approved("outage/unknown-host"))
    assert (sent.uncertain, not_sent.uncertain) == (True, False)


async def dripping(request: web.Request) -> web.StreamResponse | None:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(1)


def now() -> float:
    return asyncio.get_running_loop().time()


@jumping
async def test_a_host_that_does_not_answer_at_all_is_given_up_after_5_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first, socket.socket() as second:
        for caller in (first, second):  # nobody accepts them, so that the third is not even answered
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        began = now()
        async with client_at(f"http://127.0.0.1:{full.getsockname()[1]}") as client:
            error = await failure(read(client))
        assert now() - began == pytest.approx(5)

    assert (type(error), str(error)) == (errors.TimedOut, approved("outage/no-connection"))


@jumping
@pytest.mark.parametrize("fault", [faults.hanging, dripping])
async def test_an_app_that_says_nothing_or_drips_has_25_seconds(fault: Fault) -> None:
    async with app(fault=fault) as (_, client):
        began = now()
        error = await failure(read(client))
        assert now() - began == pytest.approx(READ_DEADLINE) == pytest.approx(25)

    assert (type(error), str(error)) == (errors.TimedOut, approved("outage/no-answer"))


@jumping
async def test_a_removal_has_120_seconds_since_the_app_waits_for_its_client() -> None:
    async with app(*films(2)) as (arr, client):
        first, second = (await read(client)).downloads.values()
        arr.fault = faults.only_for("DELETE", faults.slow(119))
        await client.remove(first.queue_id, RemovalMode.REMOVE)

        arr.fault, began = faults.only_for("DELETE", faults.slow(121)), now()
        assert type(await failure(client.remove(second.queue_id, RemovalMode.REMOVE))) is errors.TimedOut
        assert now() - began == pytest.approx(REMOVE_DEADLINE) == pytest.approx(120)
        assert [item.media.title for item in arr.queue if item.media] == ["Film 2"]


@pytest.mark.parametrize(
    ("name", "trust", "key"),
    [
        ("certificate", True, "unknown-ca"),
        ("plain-server", True, "unknown-ca"),
        ("certificate", "plain-ca", "another-ca"),
        ("plain-server", "certificate", "another-ca"),
        *((name, name, name) for name in ("expired", "not-yet-valid", "another-name")),
    ],
)
async def test_each_fault_of_a_certificate_has_its_own_sentence(name: str, trust: bool | str, key: str) -> None:
    async with app(tls=certificate(name), trust=trust if trust is True else TLS / f"{trust}.pem") as (_, client):
        error = await failure(read(client))

    assert (type(error), str(error)) == (errors.TlsTrouble, approved(f"outage/{key}"))


async def test_a_trusted_certificate_is_enough_even_a_ca_without_a_key_usage() -> None:
    for name, trust in ("certificate", "certificate"), ("plain-server", "plain-server"), ("plain-server", "plain-ca"):
        async with app(tls=certificate(name), trust=TLS / f"{trust}.pem") as (_, client):
            assert (await read(client)).downloads == {}
