"""Behind a real nginx: HTTP/2 over TLS with a private CA, a URL base, a login before it, and what goes wrong."""

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from discarr.arr.client import ArrClient
from discarr.bot.app import clients_of
from discarr.demo.arr import MovieMedia
from discarr.demo.arr.situations import downloading
from discarr.errors import ArrError, ServerFailed, TlsTrouble, WrongAddress
from discarr.settings import settings_from
from tests.approved import approved
from tests.stage import text_of
from tests.support.apps import read
from tests.support.program import finished, started
from tests.support.strict_arr import StrictArr
from tests.support.strict_discord import StrictDiscord

FIXTURES = Path(__file__).parent / "fixtures"
CA = FIXTURES / "proxy/ca.pem"
ANOTHER_CA = FIXTURES / "tls/certificate.pem"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

pytestmark = [
    pytest.mark.proxy,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian's package is nginx-light)"),
]

# $server_protocol is how the request came in; towards the app, nginx speaks HTTP/1.
CONFIGURATION = """
daemon off;
worker_processes 1;
user {user};
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type text/html;
    ssl_certificate {fixtures}/proxy/server.pem;
    ssl_certificate_key {fixtures}/proxy/server.key;
    proxy_set_header Host $host;
    proxy_set_header X-Came-In-As $server_protocol;
    server {{
        listen 127.0.0.1:{shared} ssl http2;
        location / {{ return 200 "<html><title>All my apps</title></html>"; }}
        location /radarr {{ proxy_pass http://127.0.0.1:{radarr}; }}
        location /guarded/ {{ return 302 https://127.0.0.1:{shared}/auth?rd=$request_uri; }}
    }}
    server {{
        listen 127.0.0.1:{whole} ssl http2;
        location / {{ proxy_pass http://127.0.0.1:{radarr}; }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx with Radarr, whose URL base is /radarr, behind it."""

    radarr: StrictArr
    shared: str
    """A host with many apps: Radarr under /radarr, a login under /guarded, a page of links elsewhere."""
    whole: str
    """A host that is Radarr's alone."""


@pytest.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[Proxy]:
    """nginx before a Radarr that has one download."""
    async with StrictArr("radarr", url_base="/radarr") as radarr:
        radarr.queue.append(downloading(MovieMedia(1, "Heat", 1995)))
        free = ("127.0.0.1", 0)  # listening already, so that who connects before nginx is up waits for it
        with socket.create_server(free) as shared, socket.create_server(free) as whole:
            ports = {name: listener.getsockname()[1] for name, listener in {"shared": shared, "whole": whole}.items()}
            configuration = tmp_path / "nginx.conf"
            configuration.write_text(
                CONFIGURATION.format(
                    folder=tmp_path,
                    fixtures=FIXTURES,
                    user=getpass.getuser(),
                    radarr=urlsplit(radarr.url).port,
                    **ports,
                )
            )
            process = nginx(configuration, shared, whole)
        try:
            yield Proxy(radarr, f"https://127.0.0.1:{ports['shared']}", f"https://127.0.0.1:{ports['whole']}")
        finally:
            process.terminate()
            process.wait(10)


def nginx(configuration: Path, *listeners: socket.socket) -> subprocess.Popen[bytes]:
    """nginx, which takes these sockets over as from a process of its own that it replaces."""
    assert NGINX is not None
    numbers = [listener.fileno() for listener in listeners]
    inherited = "".join(f"{number};" for number in numbers)
    return subprocess.Popen(
        [NGINX, "-p", str(configuration.parent), "-c", str(configuration), "-e", "stderr"],
        env={**os.environ, "NGINX": inherited},
        pass_fds=numbers,
    )


@asynccontextmanager
async def client_for(url: str, *, ca: Path = CA, key: str = "") -> AsyncIterator[ArrClient]:
    """A client as the bot makes it of its variables."""
    radarr = {"RADARR_URL": url, "RADARR_API_KEY": key or "d15ca44", "RADARR_VERIFY_TLS": str(ca)}
    async with clients_of(settings_from({"DISCORD_TOKEN": "t", "DISCORD_CHANNEL_ID": "1", **radarr})) as (client,):
        yield client


async def test_the_queue_is_read_over_http_2_and_tls_with_a_private_ca_under_a_url_base(proxy: Proxy) -> None:
    async with client_for(f"{proxy.shared}/radarr", key=proxy.radarr.api_key) as client:
        queue = await read(client)
        status = await client.status()

    assert [download.release for download in queue.downloads.values()] == [proxy.radarr.queue[0].title]
    assert status.app_name == "Radarr"
    assert [request.headers["X-Came-In-As"] for request in proxy.radarr.requests] == ["HTTP/2.0", "HTTP/2.0"]
    assert {request.path.partition("/api")[0] for request in proxy.radarr.requests} == {"/radarr"}


async def test_the_log_of_the_program_tells_no_key_even_where_http_2_is_spoken(proxy: Proxy, tmp_path: Path) -> None:
    async with StrictDiscord() as discord:
        url = {"RADARR_URL": f"{proxy.shared}/radarr", "RADARR_VERIFY_TLS": str(CA)}
        process = await started(tmp_path, discord, proxy.radarr, settings=url | {"LOG_LEVEL": "DEBUG"})
        await discord.changes.until(lambda: any("Heat" in text_of(message) for message in discord.messages), 30)
        process.terminate()
        code, _, log = await finished(process)

    assert "HTTP/2.0" in {request.headers["X-Came-In-As"] for request in proxy.radarr.requests}
    assert (code, proxy.radarr.api_key in log) == (0, False)
    assert " DEBUG " in log


@pytest.mark.parametrize(
    ("path", "ca", "kind", "key"),
    [
        ("/radarr", ANOTHER_CA, TlsTrouble, "another-ca"),
        ("/guarded/radarr", CA, WrongAddress, "login-page"),
        ("", CA, WrongAddress, "web-page"),
        ("whole", CA, WrongAddress, "url-base-missing"),
        ("/radarr", CA, ServerFailed, "unreachable-for-a-proxy"),
    ],
)
async def test_what_is_wrong_at_the_proxy_or_behind_it_is_told(
    proxy: Proxy, path: str, ca: Path, kind: type[ArrError], key: str
) -> None:
    """A URL base that is left out on the app's own host, and on a host of many apps; an app that is down."""
    if kind is ServerFailed:
        await proxy.radarr.stop()
    url = proxy.whole if path == "whole" else proxy.shared + path
    async with client_for(url, ca=ca, key=proxy.radarr.api_key) as client:
        with pytest.raises(ArrError) as caught:
            await read(client)

    assert (type(caught.value), str(caught.value)) == (kind, approved(f"outage/{key}"))
