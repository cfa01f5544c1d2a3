"""What stands in the channel: rows, the dashboard, Browse, buttons and forms."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import discord
from discord import ui

from discarr.bot.content import OFFLINE, TROUBLE
from discarr.bot.discord_errors import describe
from discarr.bot.permissions import REQUIRED_PERMISSIONS
from discarr.bot.search import LISTED_BUT_UNKNOWN
from discarr.model.disk import LibraryDisk
from discarr.model.download import Download, Media, State
from discarr.model.health import Level
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.progress import Phase
from discarr.model.queue import IncompleteReason, Queue, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalRecord
from discarr.view.browser import page_embed, page_of
from discarr.view.buttons import dashboard_view, page_view
from discarr.view.custom_ids import ALL, ATTENTION
from discarr.view.dashboard import dashboard_embed, offline_embed, plain_embed
from discarr.view.departures import departure_lines
from discarr.view.headline import all_done, summary
from discarr.view.health_page import health_embed
from discarr.view.instance_lines import outage_lines
from discarr.view.modals import clean_up_form, removal_form
from discarr.view.row import SMALL, dashboard_row, marked_text, reasons_text, status_text
from discarr.view.text import UNTITLED
from tests.approved import SAMPLE
from tests.support.builders import (
    NOW,
    OUTAGE,
    SECONDS,
    SONARR,
    WARNED,
    download,
    instance,
    pack,
    progress,
    queue,
    snapshot,
    waiting,
)
from tests.test_health_view import FUTURE, WAITED_FOR, reporting

_FORBIDDEN: Any = SimpleNamespace(status=403, reason="Forbidden", headers={"Content-Type": "application/json"})
"""All that an error needs of the answer it stands for."""
_CLOUDFLARE: Any = SimpleNamespace(status=429, reason="", headers={"Content-Type": "application/json"})
FAILED = download(2, state=State.FAILED, reasons=("Aborted, cannot be completed",))
_ONE = frozenset({download().key})
_DAYS_AGO = NOW - timedelta(days=2)
EMPTY = snapshot(queue(), queue(instance=SONARR))
FULL = snapshot(
    queue(download(1, speed=40e6), FAILED, *(download(id, state=State.QUEUED) for id in range(3, 14))),
    queue(pack(1, speed=44e6), download(50, instance="sonarr", state=State.IMPORTING, remaining=0)),
)


def entries() -> dict[str, str]:
    parts = _rows(), _phrases(), _dashboards(), _health(), _pages(), _forms(), _refusals()
    return {key: text for part in parts for key, text in part}


def _rows() -> Iterator[tuple[str, str]]:
    for state in State:
        reasons = ("The reason",) if state in WARNED or state is State.UNKNOWN else ()
        yield f"row/{state.name.lower().replace('_', '-')}", _row(download(state=state, reasons=reasons, speed=5e6))
        if (long := download(state=state, reasons=reasons, lasts=3 * 3600)).progress.phase is not Phase.RESTING:
            yield f"row/{state.name.lower().replace('_', '-')}-for-long", _row(long)
    yield "row/warning-while-downloading", _row(download(warned=True, reasons=("The reason",)))
    since_start = progress(State.IMPORT_WAITING, 0, lasts=40 * 60, at_least=True)
    yield "row/at-least", _row(download(state=State.IMPORT_WAITING, progress=since_start, grabbed_at=_DAYS_AGO))
    yield "row/done-in-hours", _row(download(done_at=NOW + timedelta(hours=5)))
    yield "row/removing", _row(download(), removing=_ONE)
    yield "row/of-an-outage", _row(download(), outage=OUTAGE)
    yield "row/absent", _row(download(), absent=_ONE)
    yield "row/still-listed", _row(download(), still_listed={download().key: _removed(RemovalMode.REMOVE)})
    yield "row/size-unknown", _row(download(size=0, remaining=0))
    yield "row/not-grabbed", _row(download(grabbed_by_app=False))
    yield "row/untitled", _row(download(media=Media(), release=""))
    several = snapshot(queue(download()), queue(instance=instance("radarr-4k")))
    yield "row/one-of-several", dashboard_row(download(), 1, several)


def _row(subject: Download, **changes: Any) -> str:
    return dashboard_row(subject, 1, snapshot(queue(subject, **changes)))


def _phrases() -> Iterator[tuple[str, str]]:
    """Parts of the dashboard that other tests look for in it."""
    yield "phrase/all-done", all_done(FULL).partition(" <t:")[0]
    yield "phrase/empty", dashboard_embed(EMPTY).description or ""
    yield "phrase/stale", marked_text(download(), snapshot(queue(download(), outage=OUTAGE))).partition(" · ")[0]
    yield "phrase/removing", marked_text(download(), snapshot(queue(download(), removing=_ONE))).partition(" · ")[0]
    yield "phrase/size-unknown", status_text(download(state=State.FAILED, size=0), EMPTY).rpartition(" · ")[2]
    yield "phrase/untitled", UNTITLED
    radarr, sonarr = queue(), queue(instance=SONARR, version="4.0.19.2979")
    for key, queues in {"radarr": [radarr], "both": [radarr, sonarr]}.items():
        yield f"phrase/well-{key}", _last_line(dashboard_embed(snapshot(*queues)))
    yield "phrase/reason-with-indexer", reasons_text(("Indexer One is away",), "Indexer One", 100)
    for incomplete in IncompleteReason:
        yield (
            f"phrase/{incomplete.name.lower().replace('_', '-')}",
            outage_lines(snapshot(queue(incomplete=incomplete)))[0],
        )


def _dashboards() -> Iterator[tuple[str, str]]:
    situations = {
        "full": FULL,
        "empty": EMPTY,
        "not-read": replace(EMPTY, queues=tuple(replace(one, read_at=None) for one in EMPTY.queues)),
        "partly-read": snapshot(queue(download()), queue(instance=SONARR, read_at=None)),
        "outage": snapshot(queue(download(), outage=OUTAGE), queue(instance=SONARR)),
        "outage-and-empty": snapshot(queue(outage=OUTAGE), queue(instance=SONARR)),
        "never-read": snapshot(queue(outage=OUTAGE, read_at=None)),
        "client-away": snapshot(queue(incomplete=IncompleteReason.CLIENT_AWAY)),
        "just-started": snapshot(queue(incomplete=IncompleteReason.JUST_STARTED)),
        "unreadable": snapshot(queue(unreadable=1)),
        "several-unreadable": snapshot(queue(unreadable=3)),
        "several-need-attention": snapshot(queue(FAILED, download(3, state=State.FAILED))),
        "shared-reason": snapshot(queue(FAILED, download(3, state=State.FAILED, reasons=FAILED.reasons))),
        "needed-attention": snapshot(queue(FAILED, download(3, state=State.QUEUED), outage=OUTAGE)),
    }
    for key, one in situations.items():
        yield f"dashboard/{key}", _message(summary(one), dashboard_embed(one), dashboard_view(one))
    yield "dashboard/note", _fields(dashboard_embed(EMPTY, notes=[TROUBLE]))
    for mode in RemovalMode:
        yield f"removed/{mode}", _below(removed=(_removed(mode),))
    yield "removed/several", _below(removed=(_removed(RemovalMode.REMOVE), _removed(RemovalMode.BLOCK)))
    for kind in OutcomeKind:
        yield f"departed/{kind.name.lower()}", _below(outcomes=(_departed(kind),))
    yield "departed/several", _below(outcomes=(_departed(OutcomeKind.IMPORTED),) * 5)
    yield (
        "departed/partly",
        _below(outcomes=(Outcome(_sample(), OutcomeKind.IMPORTED, SECONDS, imported=8, grabbed=10),)),
    )
    yield "dashboard/fallback", _message(summary(FULL), plain_embed(FULL), dashboard_view(EMPTY))
    offline_content = offline_embed(FULL, NOW)
    yield "dashboard/offline_content", _message(OFFLINE, offline_content, dashboard_view(EMPTY, disabled=True))


def _health() -> Iterator[tuple[str, str]]:
    levels = dict.fromkeys(level for _, level in WAITED_FOR)
    reported = {level: [each for each in WAITED_FOR if each[1] is level] for level in levels}
    lines = {
        "one": [WAITED_FOR[0]],
        "two": WAITED_FOR[:2],
        "many": WAITED_FOR,
        "future": [FUTURE],
        "stops-imports": [("RootFolderCheck", Level.ERROR)],
    }
    for key, warnings in lines.items():
        one = snapshot(reporting(*warnings))
        yield f"app-health/line-{key}", f"{summary(one)}\n{_last_line(dashboard_embed(one))}"
    yield "app-health/line-unknown", _last_line(dashboard_embed(snapshot(queue(health=None))))
    away = reporting(("DownloadClientCheck", Level.ERROR), hours=2, incomplete=IncompleteReason.CLIENT_AWAY)
    yield "app-health/client-away", outage_lines(snapshot(away))[0]
    disks = [LibraryDisk((1, 2), free=2e12, total=16e12), LibraryDisk((3,), free=5e9), LibraryDisk((4,))]
    disks.append(LibraryDisk((5,), accessible=False))
    views: dict[str, tuple[Queue, list[LibraryDisk] | None]] = {
        **{f"all-of-{level}": (reporting(*some, FUTURE, hours=2), disks) for level, some in reported.items()},
        "of-less-weight": (reporting(("UpdateCheck", Level.WARNING)), disks[:1]),
        "well": (reporting(), disks[:1]),
        "unknown": (queue(health=None), None),
        "client-away": (away, disks[:1]),
    }
    for key, (one_queue, its_disks) in views.items():
        embed = health_embed(snapshot(one_queue), {one_queue.instance.key: its_disks})
        yield f"app-health/{key}", "\n".join(filter(None, [embed.title, embed.description, _fields(embed)]))


def _below(**changes: Any) -> str:
    (line,) = departure_lines(snapshot(titles={}, **changes))
    return line.removeprefix(SMALL)


def _sample() -> Download:
    return download(release=SAMPLE, media=Media())


def _removed(mode: RemovalMode) -> RemovalRecord:
    return RemovalRecord(_sample(), mode, 42, NOW - timedelta(minutes=5), SECONDS - 300)


def _departed(kind: OutcomeKind) -> Outcome:
    return Outcome(_sample(), kind, SECONDS)


def _pages() -> Iterator[tuple[str, str]]:
    pages: dict[str, tuple[Snapshot, str]] = {
        "all": (FULL, ALL),
        "attention": (FULL, ATTENTION),
        "one-instance": (FULL, "sonarr"),
        "empty": (EMPTY, ALL),
        "not-read": (snapshot(queue(read_at=None)), ALL),
        "outage": (snapshot(queue(outage=OUTAGE)), ALL),
    }
    for key, (whole, filter) in pages.items():
        page = page_of(whole, filter, 1)
        both = replace(whole, queues=(*whole.queues, *EMPTY.queues[len(whole.queues) :]))
        yield f"browse/{key}", _message("", page_embed(page, whole), page_view(page, both))


def _message(content: str, embed: discord.Embed, view: ui.View) -> str:
    """Everything of a message that can be read, in the order in which it is."""
    controls = [component for row in view.to_components() for component in row["components"]]
    labels = [f"[{one['label']}]" for one in controls if "label" in one]
    menu = [f"({option['label']})" for one in controls for option in one.get("options", ())]
    footer = f"{embed.footer.text}" if embed.footer.text else ""
    texts = [content, embed.title, embed.description, _fields(embed), footer, " ".join(labels), " ".join(menu)]
    return "\n".join(text for text in texts if text)


def _fields(embed: discord.Embed) -> str:
    return "\n".join(field.value or "" for field in embed.fields)


def _last_line(embed: discord.Embed) -> str:
    return _fields(embed).rpartition("\n")[2].removeprefix(SMALL)


def _forms() -> Iterator[tuple[str, str]]:
    subjects = {
        "download": download(),
        "failed": FAILED,
        "pack": pack(),
        "pending": waiting(),
        "not-grabbed": download(grabbed_by_app=False),
        "nameless": download(media=Media(), release="", size=0, remaining=0),
        "finishing": download(state=State.FINISHING),
        "dangerous": download(state=State.REJECTED, reasons=("Caution: Found executable file",)),
        "several-reasons": download(state=State.IMPORT_BLOCKED, reasons=("The first reason", "The second one")),
    }
    for key, subject in subjects.items():
        yield f"form/{key}", _form(removal_form(subject, instance(subject.key.instance), snapshot(queue(subject))))
    blocked = download(3, state=State.IMPORT_BLOCKED, reasons=("One or more files were not imported",))
    nameless = download(4, media=Media(), release="", state=State.FAILED, size=0, remaining=0)
    yield "form/clean-up", _form(clean_up_form(some := (FAILED, blocked, nameless), snapshot(queue(*some))))
    lines = _form(clean_up_form([FAILED] * 21, snapshot(queue(FAILED)))).split("\n")
    yield "form/clean-up-many", "\n".join(line for line in lines if not line.startswith("["))


def _form(form: ui.Modal) -> str:
    return "\n".join([form.title, *(line for one in form.to_dict()["components"] for line in _component(one))])


def _component(component: dict[str, Any]) -> Iterator[str]:
    if "content" in component:
        yield component["content"]
    if "label" in component:
        yield component["label"]
    for option in component.get("component", {}).get("options", ()):
        yield f"[{'x' if option.get('default') else ' '}] {option['label']}: {option.get('description')}"


def _refusals() -> Iterator[tuple[str, str]]:
    yield "discord/too-many-requests", describe(discord.RateLimited(30))
    yield "discord/no-answer", describe(TimeoutError())
    yield "discord/cloudflare", describe(discord.HTTPException(_CLOUDFLARE, {"code": 1015, "message": "Its words"}))
    yield "discord/listed-but-unknown", LISTED_BUT_UNKNOWN
    for code in (10003, 30003, 50013):
        yield f"discord/{code}", describe(discord.HTTPException(_FORBIDDEN, {"code": code, "message": "Its words"}))
    for need in REQUIRED_PERMISSIONS:
        yield f"permission/{need.flag.replace('_', '-')}", f"{need.name}: {need.why}"
