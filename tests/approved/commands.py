"""What the commands print: `discarr check`, mistakes of the settings, the health check, and addresses of the demo."""

import errno
import json
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from aiohttp import web

from discarr.commands import check_all
from discarr.demo.arr.situations import downloading
from discarr.demo.session import settings_for
from discarr.demo.start import no_address
from discarr.errors import ConfigurationError
from discarr.health import Health, illness, report
from discarr.settings import settings_from
from tests.stage import HEAT, Stage
from tests.support.discord_faults import CHANNEL, UNREADABLE, answered, answering_with
from tests.support.faults import answering


async def entries() -> dict[str, str]:
    return {
        **{key: text async for key, text in _checks()},
        **dict(_mistakes()),
        **dict(_health()),
        **dict(_addresses()),
    }


async def _checks() -> AsyncIterator[tuple[str, str]]:
    async with Stage() as stage:
        stage.radarr.queue.append(downloading(HEAT))
        yield "check/all-right", await _checked(stage)
        stage.radarr.fault, stage.sonarr.app_name = answering(401), "Radarr"
        yield "check/apps", await _checked(stage, DISCORD_TOKEN="wrong")
        stage.radarr.fault, stage.sonarr.app_name = None, "Sonarr"
        elsewhere = stage.discord.guild.application_wire() | {"interactions_endpoint_url": "https://example.org/x"}
        stage.discord.fault = answering_with(json.dumps(elsewhere).encode(), ("GET", "/oauth2/applications/@me"))
        yield "check/presses", await _checked(stage)
        stage.discord.fault = answering_with(UNREADABLE["null"], CHANNEL)
        yield "check/channel-unreadable", await _checked(stage)
        stage.discord.fault = answered(lambda _: web.Response(status=500))
        yield "check/discord-failed", await _checked(stage)
        stage.discord.fault = None
        yield "check/unknown-channel", await _checked(stage, DISCORD_CHANNEL_ID="123")
        for permission in ("send_messages", "embed_links", "read_message_history", "pin_messages"):
            await stage.discord.take(permission)
        yield "check/permissions", await _checked(stage)
        await stage.discord.take("view_channel")
        yield "check/hidden-channel", await _checked(stage)


async def _checked(stage: Stage, **changes: str) -> str:
    with redirect_stdout(StringIO()) as printed:
        settings = settings_from(settings_for(stage.discord, stage.radarr, stage.sonarr) | changes)
        code = await check_all(settings, stage.clock)
    text = "\n".join(line.rstrip() for line in printed.getvalue().splitlines())
    assert code == (0 if text.endswith("\nReady.") else 2)
    return text


RIGHT = {
    "DISCORD_TOKEN": "token",
    "DISCORD_CHANNEL_ID": "1000000000000000001",
    "RADARR_URL": "http://radarr:7878",
    "RADARR_API_KEY": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
}
_WRONG: Mapping[str, Mapping[str, str]] = {
    "nothing-set": dict.fromkeys(RIGHT, ""),
    "instance-incomplete": {"RADARR_API_KEY": "", "SONARR_API_KEY": "0a1b2c3d"},
    "url": {"RADARR_URL": "radarr:7878"},
    "api-key": {"RADARR_API_KEY": "two words"},
    "verify-tls": {"RADARR_VERIFY_TLS": "perhaps"},
    "external-url": {"RADARR_EXTERNAL_URL": "radarr.example.org"},
    "token": {"DISCORD_TOKEN": "two words"},
    "channel": {"DISCORD_CHANNEL_ID": "general"},
    "interval": {"CHECK_INTERVAL": "1"},
    "health-interval": {"HEALTH_CHECK_INTERVAL": "1"},
    "threshold": {"STUCK_THRESHOLD_MINUTES": "0"},
    "roles": {"REMOVE_ROLE_IDS": "mods"},
    "users": {"REMOVE_USER_IDS": "me"},
    "log-level": {"LOG_LEVEL": "LOUD"},
    "comment": {"CHECK_INTERVAL": "30 # seconds"},
    "set-twice": {"RADARR_API_KEY_FILE": "/run/secrets/key"},
    "no-such-file": {"RADARR_API_KEY": "", "RADARR_API_KEY_FILE": "/no/such/file"},
    "misspelt": {"CHECK_INTERVALL": "30", "SONARR_APIKEY": "0a1b2c3d"},
}


def _mistakes() -> Iterator[tuple[str, str]]:
    for key, changes in _WRONG.items():
        try:
            settings_from({**RIGHT, **changes})
        except ConfigurationError as error:
            yield f"mistake/{key}", "\n".join(error.mistakes)


def _health() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "health")
        yield "health/no-file", illness(file, 1000.0)
        reports = {
            "after-a-restart": Health(30, 2000, 2000, connected=True),
            "ended": Health(30, 1000, 1000, connected=True, process=2**22 + 1),
            "not-read": Health(30, 100, 1000, connected=True),
            "never-accepted": Health(30, 1000, None, connected=True),
            "not-accepted": Health(30, 1000, 100, connected=True),
            "not-connected": Health(30, 1000, 1000, connected=False),
        }
        for key, health in reports.items():
            report(health, file)
            yield f"health/{key}", illness(file, 1000.0)


def _addresses() -> Iterator[tuple[str, str]]:
    """What is wrong with the address of the demo's page."""
    yield "command/no-such-host", str(no_address("203.0.113.1", 8080, OSError(errno.EADDRNOTAVAIL, "")))
    for key, number in {"taken": errno.EADDRINUSE, "not-allowed": errno.EACCES}.items():
        yield f"command/port-{key}", str(no_address("127.0.0.1", 1023, OSError(number, ""))).replace("1023", "{}")
