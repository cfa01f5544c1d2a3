"""Behind a real nginx: HTTP/2 over TLS with a private CA and a URL base."""

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from discarr.demo.arr.situations import downloading
from tests.stage import HEAT, text_of
from tests.support.program import finished, started
from tests.support.strict_arr import StrictArr
from tests.support.strict_discord import StrictDiscord

FIXTURES = Path(__file__).parent / "fixtures"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

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
    ssl_certificate {fixtures}/proxy/server.pem;
    ssl_certificate_key {fixtures}/proxy/server.key;
    proxy_set_header Host $host;
    proxy_set_header X-Came-In-As $server_protocol;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        location /radarr/ {{ proxy_pass http://127.0.0.1:{radarr}/; }}
    }}
}}
"""


@contextmanager
def nginx(folder: Path, radarr: StrictArr) -> Iterator[str]:
    """An nginx in front of Radarr; its URL."""
    assert NGINX is not None
    # Listening already, so that who connects before nginx is up waits for it. nginx takes the socket over as from a
    # process of its own that it replaces.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port, number = listener.getsockname()[1], listener.fileno()
        configuration = folder / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(
                folder=folder, fixtures=FIXTURES, user=getpass.getuser(), radarr=urlsplit(radarr.url).port, port=port
            )
        )
        process = subprocess.Popen(
            [NGINX, "-p", folder, "-c", configuration, "-e", "stderr"],
            env={**os.environ, "NGINX": f"{number};"},
            pass_fds=[number],
        )
    yield f"https://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.mark.proxy
@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian's package is nginx-light)")
async def test_the_program_reads_over_http_2_and_tls_with_a_private_ca_under_a_url_base_and_logs_no_key(
    tmp_path: Path,
) -> None:
    async with StrictDiscord() as discord, StrictArr("radarr") as radarr:
        radarr.queue.append(downloading(HEAT))
        with nginx(tmp_path, radarr) as proxy:
            tls = {"RADARR_URL": f"{proxy}/radarr", "RADARR_VERIFY_TLS": str(FIXTURES / "proxy/ca.pem")}
            process = await started(tmp_path, discord, radarr, settings=tls | {"LOG_LEVEL": "DEBUG"})
            await discord.changes.until(lambda: any("Heat" in text_of(message) for message in discord.messages), 30)
            process.terminate()
            code, _, log = await finished(process)

    assert {request.headers["X-Came-In-As"] for request in radarr.requests} == {"HTTP/2.0"}
    assert (code, radarr.api_key in log) == (0, False)
    assert " DEBUG " in log
