"""Why Discord cannot be reached: each cause is really there, on a socket of this machine."""

import ssl
from asyncio import StreamReader, StreamWriter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import discord
import pytest

from discarr.bot._discord_internals import redirected_to
from discarr.bot.discord_errors import LOGIN_ERRORS, describe
from discarr.bot.network import ClockSkew, client_options
from discarr.commands import configuration
from tests.approved.commands import RIGHT
from tests.support.apps import TLS, app, certificate, raw_server
from tests.support.faults import answering

PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Attention Required! | Cloudflare</title></head>\n<body>127.0.0.1</body></html>"
)


async def outage(base: str, *, proxy: str | None = None) -> str:
    """How an attempt to log in there is described."""
    skew = ClockSkew(lambda: datetime.now(UTC))
    with redirected_to(f"{base}/api/v10", "ws://127.0.0.1:9/"):
        client = discord.Client(intents=discord.Intents.none(), **client_options(proxy, skew))
        async with client:
            with pytest.raises(LOGIN_ERRORS) as caught:
                await client.login("token")
    sentence = describe(caught.value)
    assert not any(unwanted in sentence for unwanted in ("\n", "<", "127.0.0.1")) and len(sentence) < 250
    return sentence


NOT_DISCORD = "something other than Discord answers"
BLOCKED = '{"message": "You are being blocked from accessing our API", "code": 0, "retry_after": 3600}'


@pytest.mark.parametrize(
    ("status", "text", "words"),
    [
        *((status, text, NOT_DISCORD) for status, text in ((200, PAGE), (200, ""), (401, PAGE))),
        *((status, PAGE, f"{status} and a web page instead of Discord's answer") for status in (403, 404)),
        (429, PAGE, "Cloudflare"),
        (503, PAGE, "Discord has an internal error"),
        *((200, json, NOT_DISCORD) for json in ("{}", "[]", "null", '{"id": null}', '{"id": "x", "username": 7}', "7")),
        # Without a Via header, by which discord.py knows it, too (`HTTPClient.request`).
        (429, '{"code": 1015, "message": "<b>You are being</b> rate limited"}', "Cloudflare blocks them"),
        (429, BLOCKED, "Cloudflare blocks them"),
        (429, '{"title": "Error 1015", "status": 429, "error_code": 1015}', "Cloudflare blocks them"),
        # https://github.com/discord/discord-api-docs/issues/6473
        (403, '{"code": 40333, "message": "internal network error"}', "Cloudflare blocks"),
        *((403, json, " ") for json in ("[1]", '{"message": ["x"], "code": "y"}', '{"message": {}}', "7", "null")),
        (403, "[" * 9000, " "),
        (403, '{"code": 40001, "message": "not\\n <b>authorized</b>"}', "403 (code 40001) not authorized"),
    ],
)
async def test_what_answers_in_discords_place_is_described_in_one_line(status: int, text: str, words: str) -> None:
    content_type = "text/html" if text in (PAGE, "") else "application/json"
    async with app(fault=answering(status, text, content_type)) as (there, _):
        assert words in await outage(there.url)


async def refuse(status: int, reader: StreamReader, writer: StreamWriter) -> None:
    """What a proxy says to the CONNECT, which no path of a web server answers."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(f"HTTP/1.1 {status} No\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n{PAGE}".encode())
    writer.close()


async def test_where_nothing_listens_no_name_is_known_no_tls_is_spoken_or_a_proxy_refuses_is_described(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("all_proxy", "as given to the client")
    assert await outage("http://127.0.0.1:9") == "no connection (connection refused)"
    assert "cannot be resolved" in await outage("http://discord.invalid")
    assert "proxy of all_proxy" in await outage("https://discord.invalid", proxy="http://127.0.0.1:9")
    async with app() as (there, _):
        assert "no TLS there" in await outage(there.url.replace("http", "https"))
    for status, words in (407, "user and a password: all_proxy="), (403, "all_proxy does not connect to Discord (403)"):
        async with raw_server(partial(refuse, status)) as address:
            assert words in await outage("https://discord.invalid", proxy=f"http://{address}")


async def test_a_certificate_that_is_not_trusted_names_the_variable_unless_set_also_in_env(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    async with app(fault=answering(200, "{}"), tls=certificate()) as (there, _):
        assert "SSL_CERT_FILE" in await outage(there.url)

        monkeypatch.setenv("SSL_CERT_FILE", str(TLS.parent / "proxy" / "ca.pem"))
        assert "has another CA" in await outage(there.url)

        monkeypatch.setenv("SSL_CERT_FILE", "")
        monkeypatch.chdir(tmp_path)
        lines = {**RIGHT, "SSL_CERT_FILE": TLS / "certificate.pem"}.items()
        (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in lines))
        configuration()
        assert NOT_DISCORD in await outage(there.url)


@pytest.mark.parametrize("code", [9, 10])
def test_a_certificate_that_is_not_valid_now_leads_to_the_clock(code: int) -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code

    assert "clock" in describe(error) and "UTC" in describe(error)
