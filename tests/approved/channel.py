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
from discarr.model.disk import LibraryDisk
from discarr.model.download import Download, Media, Section, State
from discarr.model.health import Level
from discarr.model.instance import Instance
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.progress import Phase
from discarr.model.queue import IncompleteReason, Queue, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalRecord
from discarr.model.summary import section_of
from discarr.view import browser, buttons, dashboard, health_page, modals, row
from discarr.view.custom_ids import ALL, ATTENTION
from discarr.view.departures import departure_lines
from discarr.view.headline import all_done, summary
from discarr.view.instance_lines import outage_lines
from tests.approved import SAMPLE
from tests.support.builders import NOW, OUTAGE, SECONDS, SONARR, download, pack, queue, snapshot, waiting
from tests.support.limits import components_of
from tests.test_health_view import FUTURE, WAITED_FOR, reporting

FAILED = download(2, state=State.FAILED, reasons=("Aborted, cannot be completed",))
_ONE = frozenset({download().key})
_GONE = download(release=SAMPLE, media=Media())
_STILL_LISTED = dict.fromkeys(
    (download().key, FAILED.key), RemovalRecord(_GONE, RemovalMode.REMOVE, 42, NOW - timedelta(minutes=5), SECONDS)
)
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
        reasons = ("The reason",) if download(state=state).warned or state is State.UNKNOWN else ()
        yield f"row/{_key(state.name)}", _row(download(state=state, reasons=reasons, speed=5e6))
        if (long := download(state=state, reasons=reasons, lasts=3 * 3600)).progress.phase is not Phase.RESTING:
            yield f"row/{_key(state.name)}-for-long", _row(long)
    yield "row/warning-while-downloading", _row(download(warned=True, reasons=("The reason",)))
    since_start = download(state=State.IMPORT_WAITING, lasts=40 * 60, grabbed_at=NOW - timedelta(days=2))
    yield "row/at-least", _row(since_start._replace(progress=since_start.progress._replace(at_least=True)))
    yield "row/done-in-hours", _row(download(done_at=NOW + timedelta(hours=5)))
    yield "row/removing", _row(download(), removing=_ONE)
    yield "row/of-an-outage", _row(download(), outage=OUTAGE)
    yield "row/absent", _row(download(), absent=_ONE)
    yield "row/still-listed", _row(download(), still_listed=_STILL_LISTED)
    yield "row/size-unknown", _row(download(size=0, remaining=0))
    yield "row/not-grabbed", _row(download(grabbed_by_app=False))
    yield "row/untitled", _row(download(media=Media(), release=""))
    several = snapshot(queue(download()), queue(instance=Instance.of("radarr-4k")))
    yield "row/one-of-several", row.dashboard_row(download(), 1, Section.DOWNLOADING, several)


def _key(name: str) -> str:
    return name.lower().replace("_", "-")


def _row(subject: Download, **changes: Any) -> str:
    shown = snapshot(queue(subject, **changes))
    return row.dashboard_row(subject, 1, section_of(subject, shown.now, shown.stalled_after), shown)


def _phrases() -> Iterator[tuple[str, str]]:
    """Parts of the dashboard that other tests look for in it."""
    yield "phrase/all-done", all_done(FULL).partition(" <t:")[0]
    yield "phrase/empty", dashboard.dashboard_embed(EMPTY).description or ""
    yield "phrase/stale", row.marked_text(download(), snapshot(queue(download(), outage=OUTAGE))).partition(" · ")[0]
    yield "phrase/removing", row.marked_text(download(), snapshot(queue(download(), removing=_ONE))).partition(" · ")[0]
    yield "phrase/size-unknown", row.status_text(download(state=State.FAILED, size=0), EMPTY).rpartition(" · ")[2]
    radarr, sonarr = queue(), queue(instance=SONARR, version="4.0.19.2979")
    for key, queues in {"radarr": [radarr], "both": [radarr, sonarr]}.items():
        yield f"phrase/well-{key}", _last_line(dashboard.dashboard_embed(snapshot(*queues)))
    yield "phrase/reason-with-indexer", row.reasons_text(("Indexer One is away",), "Indexer One", 100)
    for reason in IncompleteReason:
        yield f"phrase/{_key(reason.name)}", outage_lines(snapshot(queue(incomplete=reason)))[0]


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
        yield f"dashboard/{key}", _message(summary(one), dashboard.dashboard_embed(one), buttons.dashboard_view(one))
    yield "dashboard/note", _fields(dashboard.dashboard_embed(EMPTY, notes=[TROUBLE]))
    for mode in RemovalMode:
        yield f"removed/{mode}", _below(removed=(_removed(mode),))
    yield "removed/several", _below(removed=(_removed(RemovalMode.REMOVE), _removed(RemovalMode.BLOCK)))
    for kind in OutcomeKind:
        yield f"departed/{kind.name.lower()}", _below(outcomes=(Outcome(_GONE, kind, SECONDS),))
    imported = Outcome(_GONE, OutcomeKind.IMPORTED, SECONDS)
    yield "departed/several", _below(outcomes=(imported,) * 5)
    yield "departed/partly", _below(outcomes=(replace(imported, imported=8, grabbed=10),))
    yield "dashboard/fallback", _message(summary(FULL), dashboard.plain_embed(FULL), buttons.dashboard_view(EMPTY))
    offline = dashboard.offline_embed(FULL, NOW)
    yield "dashboard/offline_content", _message(OFFLINE, offline, buttons.dashboard_view(EMPTY, disabled=True))


def _health() -> Iterator[tuple[str, str]]:
    reported = {level: [each for each in WAITED_FOR if each[1] is level] for _, level in WAITED_FOR}
    lines = {
        "one": [WAITED_FOR[0]],
        "two": WAITED_FOR[:2],
        "many": WAITED_FOR,
        "future": [FUTURE],
        "stops-imports": [("RootFolderCheck", Level.ERROR)],
    }
    for key, warnings in lines.items():
        one = snapshot(reporting(*warnings))
        yield f"app-health/line-{key}", f"{summary(one)}\n{_last_line(dashboard.dashboard_embed(one))}"
    yield "app-health/line-unknown", _last_line(dashboard.dashboard_embed(snapshot(queue(health=None))))
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
        embed = health_page.health_embed(snapshot(one_queue), {one_queue.instance.key: its_disks})
        yield f"app-health/{key}", "\n".join(filter(None, [embed.title, embed.description, _fields(embed)]))


def _below(**changes: Any) -> str:
    (line,) = departure_lines(snapshot(titles={}, **changes))
    return line.removeprefix(row.SMALL)


def _removed(mode: RemovalMode) -> RemovalRecord:
    return RemovalRecord(_GONE, mode, 42, NOW - timedelta(minutes=5), SECONDS - 300)


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
        page = browser.page_of(whole, filter, 1)
        both = replace(whole, queues=(*whole.queues, *EMPTY.queues[len(whole.queues) :]))
        yield f"browse/{key}", _message("", browser.page_embed(page, whole), buttons.page_view(page, both))


def _message(content: str, embed: discord.Embed, view: ui.View) -> str:
    """Everything of a message that can be read, in the order in which it is."""
    controls = components_of(view)
    labels = [f"[{one['label']}]" for one in controls if "label" in one]
    menu = [f"({option['label']})" for one in controls for option in one.get("options", ())]
    footer = f"{embed.footer.text}" if embed.footer.text else ""
    texts = [content, embed.title, embed.description, _fields(embed), footer, " ".join(labels), " ".join(menu)]
    return "\n".join(text for text in texts if text)


def _fields(embed: discord.Embed) -> str:
    return "\n".join(field.value or "" for field in embed.fields)


def _last_line(embed: discord.Embed) -> str:
    return _fields(embed).rpartition("\n")[2].removeprefix(row.SMALL)


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
        form = modals.removal_form(subject, Instance.of(subject.key.instance), snapshot(queue(subject)))
        yield f"form/{key}", _form(form)
    listed = snapshot(queue(FAILED, still_listed=_STILL_LISTED))
    yield "form/still-listed", _form(modals.removal_form(FAILED, Instance.of("radarr"), listed))
    blocked = download(3, state=State.IMPORT_BLOCKED, reasons=("One or more files were not imported",))
    nameless = download(4, media=Media(), release="", state=State.FAILED, size=0, remaining=0)
    yield "form/clean-up", _form(modals.clean_up_form(some := (FAILED, blocked, nameless), snapshot(queue(*some))))
    lines = _form(modals.clean_up_form([FAILED] * 21, snapshot(queue(FAILED)))).split("\n")
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
    yield "discord/cloudflare", describe(_error(429, 1015))
    for code in (10003, 30003, 50013):
        yield f"discord/{code}", describe(_error(403, code))


def _error(status: int, code: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="", headers={"Content-Type": "application/json"})
    return discord.HTTPException(response, {"code": code, "message": "Its words"})
