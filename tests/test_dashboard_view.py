"""The dashboard says what is true, all of it that matters, and never more than Discord takes.

What each row, heading and line says is in tests/approved/sentences.txt; here stands what holds for all of them.
"""

import re
from datetime import timedelta
from typing import Any

import pytest

from discarr.model.action import Action, ActionKind, ActionStatus
from discarr.model.download import Download, Media, State
from discarr.model.health import Health, HealthWarning, Level
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import IncompleteReason, Outage, Queue, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalRecord
from discarr.model.summary import section_of
from discarr.view.browser import page_embed, page_of
from discarr.view.custom_ids import ALL
from discarr.view.dashboard import dashboard_embed
from discarr.view.headline import all_done, summary
from discarr.view.health_page import health_embed
from discarr.view.instance_lines import outage_lines
from discarr.view.redaction.reasons import redacted
from discarr.view.row import WORDS, dashboard_row, status_label, status_text
from discarr.view.text import duration, moment_past
from tests.approved import ALL_DONE, SIZE_UNKNOWN
from tests.support.builders import NOW, OUTAGE, SECONDS, SONARR, download, many_instances, queue, snapshot
from tests.support.limits import all_text

LONG = timedelta(hours=3)
FAILED = download(state=State.FAILED)
INCOMPLETE: tuple[dict[str, Any], ...] = (*({"incomplete": reason} for reason in IncompleteReason), {"unreadable": 1})


def description(shown: Snapshot) -> str:
    return dashboard_embed(shown).description or ""


def below(shown: Snapshot, **more: Any) -> str:
    """What stands below the rows."""
    return "\n".join(field.value or "" for field in dashboard_embed(shown, **more).fields)


def row(subject: Download, **changes: Any) -> str:
    shown = snapshot(queue(subject, **changes))
    return dashboard_row(subject, 1, section_of(subject, shown.now, shown.stalled_after), shown)


def status(subject: Download) -> str:
    return status_text(subject, snapshot(queue(subject)))


@pytest.mark.parametrize("state", State)
def test_a_warning_has_its_reason_and_an_unknown_size_has_no_share_whatever_the_state(state: State) -> None:
    subject = download(state=state, warned=True, reasons=("The reason", "Another one"))
    sizeless = row(subject._replace(size=0, remaining=0))
    still_listed = row(subject, still_listed={subject.key: RemovalRecord(subject, RemovalMode.REMOVE, 42, NOW, 0)})

    assert "The reason" in row(subject) and "The reason" in status(subject)
    assert "The reason" in still_listed and "removed by <@42>" in still_listed
    assert SIZE_UNKNOWN in sizeless and "%" not in sizeless and " B" not in sizeless


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("change", [{"outage": OUTAGE}, {"absent": frozenset({download().key})}])
def test_what_cannot_be_seen_is_shown_as_it_was_last_seen(state: State, change: dict[str, Any]) -> None:
    """Nobody knows whether it has had progress since."""
    text = row(download(state=state, speed=5e6, lasts=LONG.seconds, reasons=("The reason",)), **change)

    assert f"last seen {WORDS[state]}" in text and ("Radarr" in text) is ("absent" in change)
    assert [part for part in ("/s", "<t:", duration(LONG), "█") if part in text] == []


@pytest.mark.parametrize(
    ("size", "left", "cells", "share"),
    [(1000, 999, 0, "0%"), (1000, 600, 2, "40%"), (10**12, 1, 3, "99%"), (1000, 0, 4, "100%"), (0, 0, 0, SIZE_UNKNOWN)],
)
def test_progress_is_rounded_down_so_that_all_means_all(size: int, left: int, cells: int, share: str) -> None:
    text = status(download(size=size, remaining=left, done_at=None))

    assert f"`{'█' * cells}{'░' * (4 - cells)}`" in text and share in text


AWAY_FOR_LONG = {"state": State.CLIENT_UNAVAILABLE, "lasts": LONG.seconds}


@pytest.mark.parametrize("change", [{"done_at": None}, {"done_at": NOW}, {"remaining": 0}, AWAY_FOR_LONG])
def test_no_end_is_shown_that_is_unknown_past_or_doubtful(change: dict[str, Any]) -> None:
    subject = download(**change)

    assert "<t:" not in row(subject) + status(subject)


@pytest.mark.parametrize(("hours", "style"), [(15, "t"), (50, "f"), (-50, "f")])
def test_a_moment_has_its_date_if_it_is_long_ago_or_the_clock_was_set_back(hours: float, style: str) -> None:
    record = RemovalRecord(FAILED, RemovalMode.REMOVE, 42, NOW, SECONDS)
    health = Health((HealthWarning("RootFolderCheck", Level.ERROR, NOW),), NOW)
    away = queue(instance=SONARR, outage=Outage("is away", NOW))
    grab = Action(FAILED, ActionKind.GRAB, 42, NOW, SECONDS, ActionStatus.DONE)
    queues = queue(FAILED, health=health, still_listed={FAILED.key: record}), away
    shown = snapshot(*queues, at=NOW + timedelta(hours=hours), removed=(record,), actions=(grab,))

    for embed in (dashboard_embed(shown), page_embed(page_of(shown, ALL, 1), shown), health_embed(shown, {})):
        assert set(re.findall(r"<t:\d+:(\w)>", "\n".join(all_text(embed)))) == {style}


def test_sections_without_a_row_are_counted_in_one_line() -> None:
    others = enumerate((State.IMPORTING, State.QUEUED, State.QUEUED), 50)
    shown = snapshot(queue(*map(download, range(1, 12)), *(download(id, state=state) for id, state in others)))

    *_, counted, more = description(shown).split("\n")
    assert re.findall(r"\*\*(\d+) ", counted) == ["1", "2"] and more.startswith("-# …")


def test_of_many_reasons_only_those_that_are_shown_take_time() -> None:
    subject = download(state=State.IMPORT_BLOCKED, warned=True, reasons=tuple(f"Reason {n}" for n in range(1000)))
    before = redacted.cache_info().misses
    row(subject)
    status_label(subject, snapshot(queue(subject)))
    assert redacted.cache_info().misses == before + 1


def test_a_reason_that_several_share_is_shown_once_with_their_numbers() -> None:
    reasons = ("Aborted",), ("Its own",), ("Aborted",), (), ()
    rows = [download(id, state=State.FAILED, reasons=its_own) for id, its_own in enumerate(reasons)]
    text = description(snapshot(queue(*rows)))

    assert text.count("Aborted") == text.count("Its own") == 1 and text.endswith("\n-# 1, 3: Aborted")


def ending(id: int, minutes: float | None, **changes: Any) -> Download:
    return download(id, done_at=None if minutes is None else NOW + timedelta(minutes=minutes), **changes)


MOVING = (ending(1, 3), ending(2, 9), ending(3, 5), ending(4, 7))
LAST = f"{ALL_DONE} {moment_past(NOW + timedelta(minutes=9), NOW)}"
WITHOUT_END = (
    *(ending(9, 90, state=state) for state in State if state is not State.DOWNLOADING),
    *(ending(9, 90, lasts=LONG.seconds), ending(9, None, remaining=0)),
)
CHANGES = (*INCOMPLETE, {"outage": OUTAGE}, {"read_at": None})


@pytest.mark.parametrize(
    ("queues", "said"),
    [
        *(([queue(*MOVING, other)], LAST) for other in WITHOUT_END),
        *(([queue(*MOVING, other)], "") for other in (ending(9, None), ending(9, -1))),
        ([queue(*MOVING, outage=OUTAGE)], ""),
        *(([queue(*MOVING), queue(instance=SONARR, **change)], "") for change in CHANGES),
    ],
)
def test_all_is_done_with_the_last_one_that_moves_if_all_ends_are_known(queues: list[Queue], said: str) -> None:
    assert all_done(snapshot(*queues)) == said


@pytest.mark.parametrize("mark", ["absent", "removing"])
def test_the_total_speed_and_the_end_of_all_are_not_of_what_leaves(mark: str) -> None:
    leaving = ending(9, 90, speed=5e6)
    text = description(snapshot(queue(*MOVING, leaving, **{mark: frozenset({leaving.key})})))

    assert LAST in text and "/s" not in text
    assert "/s" not in summary(snapshot(queue(leaving, outage=OUTAGE)))


@pytest.mark.parametrize("count", [1, 5, 50])
def test_all_instances_without_data_are_in_the_first_line_or_counted(count: int) -> None:
    away = [queue(instance=one, outage=OUTAGE) for one in many_instances(2 * count)[:count]]
    line = summary(snapshot(*away, queue(download(), download(2, state=State.QUEUED))))

    assert [one.instance.label in line for one in away] == [number < 5 for number in range(count)]
    assert (f"{count - 5} more" in line) is (count > 5) and len(line) < 500
    assert line.endswith("⬇ 1 downloading · 1 more")


@pytest.mark.parametrize("change", INCOMPLETE)
def test_rows_that_may_be_missing_are_in_the_first_line_whatever_else_is_there(change: dict[str, Any]) -> None:
    listed = queue(FAILED, download(2, state=State.QUEUED), **change)
    alone, among = summary(snapshot(queue(**change))), summary(snapshot(listed, queue(outage=OUTAGE)))

    assert alone.startswith("⚠️") and alone.partition(" ")[2].lower() in among and among.endswith(" 1 more")


def test_what_could_not_be_read_is_counted_over_all_instances() -> None:
    (line,) = outage_lines(snapshot(queue(unreadable=1500), queue(instance=SONARR, unreadable=1)))

    assert " 1,501 " in line


def test_the_colour_shows_trouble_attention_work_and_rest() -> None:
    queues = queue(outage=OUTAGE), queue(FAILED), queue(download()), queue(), queue(read_at=None)
    colours = [str(dashboard_embed(snapshot(one)).colour) for one in queues]

    assert len(set(colours)) == 5
    assert {str(dashboard_embed(snapshot(queue(**change))).colour) for change in INCOMPLETE} == {colours[1]}


def test_lines_that_do_not_fit_are_counted_and_the_bots_own_sentences_come_first() -> None:
    shown = snapshot(*(queue(instance=one, outage=OUTAGE) for one in many_instances(20)))

    lines = below(shown, notes=["It may not pin."]).split("\n")

    assert lines[0] == "It may not pin."
    assert re.findall(r"\d+", lines[-1]) == [f"{20 - (len(lines) - 2)}"]


def test_outcomes_with_long_names_hide_neither_an_outage_nor_the_last_removal() -> None:
    """Twelve names of sixty letters are longer than a field alone."""
    outcomes = [Outcome(download(release="W" * 90, media=Media()), kind, SECONDS) for kind in OutcomeKind] * 3
    removed = (RemovalRecord(download(release="Alien (1979)"), RemovalMode.REMOVE, 42, NOW, SECONDS),) * 5
    text = below(snapshot(queue(outage=OUTAGE), titles={}, outcomes=tuple(outcomes), removed=removed))

    assert OUTAGE.sentence in text and "<@42>" in text
