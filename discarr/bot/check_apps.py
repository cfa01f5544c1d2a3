"""Checks the apps for `discarr check`: whether they can be read, what they report, and how much space they have."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from discarr.arr.client import ArrClient
from discarr.arr.parsing import ReadContext
from discarr.bot.check import CheckResult, Mark
from discarr.clock import Clock
from discarr.errors import ArrError
from discarr.model.progress import Now
from discarr.tracking.app_status import AppStatus
from discarr.view.health_text import NO_PROBLEM, disk_text, others_text, warning_texts

_HEALTH, _SPACE = "  Health", "  Free space"


async def check_instances(clients: Sequence[ArrClient], clock: Clock) -> AsyncIterator[CheckResult]:
    """Yield for each instance: is it reachable, with the right key, and the right app? And what does it report?"""
    for client in clients:
        result = await _check_instance(client)
        yield result
        if result.mark is Mark.RIGHT:
            for each in [*await _health(client, clock), *await _disks(client)]:
                yield each


async def _check_instance(client: ArrClient) -> CheckResult:
    label, service = client.instance.label, client.instance.service
    try:
        status = await client.status()
        if status.app_name.lower() not in ("", service):
            url = client.instance.variable("URL")
            text = f"another app answers there: {url} must be the address of {service.app_name}"
            return CheckResult(label, text, Mark.WRONG)
        queue = await client.queue(ReadContext.alone(client.instance))
    except ArrError as error:
        return CheckResult(label, f"it {error}", Mark.WRONG)
    return CheckResult(label, f"{service.app_name} {status.version}, {len(queue.downloads):,} in its queue")


async def _health(client: ArrClient, clock: Clock) -> list[CheckResult]:
    """Ask as the bot does. A warning of an app does not keep Discarr from working."""
    now = Now(clock.now(), clock.monotonic())
    status = AppStatus(client, every=0.0)
    with suppress(ArrError):
        await status.look(now)
    health = status.health.known
    if health is None:
        return [CheckResult(_HEALTH, "unknown", Mark.MINOR)]
    if not health.warnings:
        return [CheckResult(_HEALTH, NO_PROBLEM)]
    texts = warning_texts(health.warnings, now.at)
    others = others_text(client.instance, health.warnings)
    return [
        *(CheckResult(_HEALTH, text, Mark.MINOR) for text in texts),
        *([CheckResult(_HEALTH, others)] if others else []),
    ]


async def _disks(client: ArrClient) -> list[CheckResult]:
    try:
        disks = await client.library_disks()
    except ArrError:
        return [CheckResult(_SPACE, "unknown", Mark.MINOR)]
    return [CheckResult(_SPACE, disk_text(disk), Mark.RIGHT if disk.accessible else Mark.MINOR) for disk in disks]
