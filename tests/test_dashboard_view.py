"""The dashboard says what is true, all of it that matters, and never more than Discord takes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, product
from typing import Any

import discord
import pytest

from discarr.model.download import Download, DownloadKey, Media, State
from discarr.model.ordering import top_rows
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import IncompleteReason, Outage, Queue, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalRecord
from discarr.view.browser import page_embed, page_of
from discarr.view.custom_ids import ALL
from discarr.view.dashboard import dashboard_embed, offline_embed, summary
from discarr.view.row import LONGEST_ROW, LOOKS, icon, reasons_text, row_text, status_text
from discarr.view.text import amount, clock_time, duration
from tests.support.builders import (
    HOSTILE,
    LONGEST_INSTANCE,
    NOW,
    OUTAGE,
    RADARR,
    SECONDS,
    SONARR,
    STALLED_AFTER,
    WARNED,
    download,
    instance,
    many_instances,
    pack,
    progress,
    queue,
    snapshot,
    waiting,
    worst,
)
from tests.support.limits import all_text, assert_embed_fits
from tests.support.phrases import (
    CLIENT_AWAY,
    EMPTY,
    JUST_STARTED,
    LAST_DONE,
    RADARR_WELL,
    REMOVING,
    SIZE_UNKNOWN,
    STALE,
    UNTITLED,
)

LONG = 3 * STALLED_AFTER
THREE_HOURS = duration(timedelta(hours=3))


def description(shown: Snapshot) -> str:
    return dashboard_embed(shown).description or ""


def headline(shown: Snapshot) -> str:
    return description(shown).partition("\n")[0]


def row(subject: Download, *others: Queue, titles: Any = None, **changes: Any) -> str:
    """The row of a download, in a snapshot of its queue with these changes, and the others."""
    return row_text(subject, 1, snapshot(queue(subject, **changes), *others, titles=titles))


def status(subject: Download, **changes: Any) -> str:
    return status_text(subject, snapshot(queue(subject, **changes)))


def below(shown: Snapshot, **more: Any) -> str:
    """What stands below the rows."""
    return "\n".join(field.value or "" for field in dashboard_embed(shown, **more).fields)


def footer(shown: Snapshot) -> str:
    return dashboard_embed(shown).footer.text or ""


# States


def test_every_state_has_an_icon_and_words_of_its_own() -> None:
    assert set(LOOKS) == set(State)
    icons = [look[0].removesuffix("\ufe0f") for look in LOOKS.values()]
    words = [look[1] for look in LOOKS.values()]
    assert len(set(icons)) == len(set(words)) == len(State)
    assert all(icons) and all(words)


def test_no_two_states_look_alike_in_a_row() -> None:
    for first, second in combinations([download(state=state, done_at=None) for state in State], 2):
        whole = snapshot(queue(first, second))
        assert icon(first, whole) != icon(second, whole)
        assert status_text(first, whole) != status_text(second, whole)


@pytest.mark.parametrize("state", sorted(set(State) - {State.DOWNLOADING}))
def test_a_row_says_its_state_in_words(state: State) -> None:
    assert LOOKS[state][1] in row(download(state=state))
    assert row(download(state=state)).startswith(LOOKS[state][0])


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("lasts", [0, LONG])
def test_a_warning_has_its_reason_in_the_row_whatever_the_state(state: State, lasts: float) -> None:
    subject = download(state=state, warned=True, reasons=("The reason", "Another one"), lasts=lasts)

    assert "The reason" in row(subject)
    assert reasons_text(subject, 100) == "The reason\nAnother one"


@pytest.mark.parametrize(
    "state",
    [
        State.METADATA,
        State.STALLED,
        State.CLIENT_UNAVAILABLE,
        State.FINISHING,
        State.IMPORT_WAITING,
        State.IMPORTING,
        State.IMPORT_BLOCKED,
    ],
)
def test_what_lasts_beyond_the_threshold_keeps_its_own_words_and_says_for_how_long(state: State) -> None:
    assert THREE_HOURS in row(download(state=state, lasts=LONG))
    assert LOOKS[state][1] in row(download(state=state, lasts=LONG))
    assert THREE_HOURS not in row(download(state=state, lasts=STALLED_AFTER - 1))


def test_no_progress_has_a_look_of_its_own_and_no_end_any_more() -> None:
    still = download(lasts=LONG)

    assert icon(still, snapshot(queue(still))) not in {look[0] for look in LOOKS.values()}
    assert THREE_HOURS in status(still)
    assert "<t:" not in status(still)


@pytest.mark.parametrize("state", [State.DOWNLOADING, State.FINISHING, State.IMPORT_WAITING])
def test_what_was_so_at_first_sight_has_been_so_for_at_least_that_long(state: State) -> None:
    since = {
        at_least: row(download(state=state, progress=progress(state, 1, lasts=LONG, at_least=at_least)))
        for at_least in (True, False)
    }

    assert "at least " + THREE_HOURS in since[True] and since[True].replace("at least ", "") == since[False]


def test_a_download_on_its_way_out_says_so_and_nothing_of_its_speed() -> None:
    subject = download(speed=5e6)
    leaving = row(subject, removing=frozenset({subject.key}))

    assert REMOVING in leaving
    assert "/s" not in leaving and "%" not in leaving
    assert leaving.partition(" ")[0] not in {look[0] for look in LOOKS.values()}


@pytest.mark.parametrize("state", State)
def test_a_download_that_is_absent_is_spoken_of_in_the_past(state: State) -> None:
    subject = download(state=state, speed=5e6)
    marked = row(subject, absent=frozenset({subject.key}))

    assert f"was {LOOKS[state][1]}" in marked and "Radarr" in marked
    assert "/s" not in marked and "<t:" not in marked


def test_a_download_that_was_removed_and_is_still_listed_says_who_removed_it_and_when() -> None:
    marked = row(download(), still_listed={download().key: removed()})

    assert "<@42>" in marked and clock_time(NOW - timedelta(minutes=5)) in marked


# Numbers


def test_a_row_has_name_quality_progress_speed_and_end() -> None:
    subject = download(size=18_400_000_000, remaining=10_120_000_000, speed=42e6)

    shown = row(subject, titles={("radarr", subject.media): "Dune: Part Two (2024)"})

    for part in (
        "**1 Dune: Part Two (2024)**",
        "████░░░░░░",
        "45 %",
        amount(18_400_000_000),
        amount(42e6),
        "<t:1782907800:t>",
        "WEBDL-1080p",
    ):
        assert part in shown


@pytest.mark.parametrize(
    ("size", "left", "cells", "share"),
    [
        (1000, 1000, 0, " 0 %"),
        (1000, 999, 0, " 0 %"),
        (1000, 500, 5, " 50 %"),
        (1000, 1, 9, " 99 %"),
        (10**12, 1, 9, " 99 %"),
        (1000, 0, 10, " 100 %"),
        (0, 0, 0, SIZE_UNKNOWN),
    ],
)
def test_progress_is_rounded_down_so_that_all_means_all(size: int, left: int, cells: int, share: str) -> None:
    text = status(download(size=size, remaining=left, done_at=None))

    assert f"`{'█' * cells}{'░' * (10 - cells)}`" in text and share in text


@pytest.mark.parametrize("state", State)
def test_an_unknown_size_is_said_and_no_share_of_it(state: State) -> None:
    text = status(download(state=state, size=0, remaining=0))

    assert SIZE_UNKNOWN in text
    assert "%" not in text and " B" not in text


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=10), "<t:1782907800:t>"),
        (timedelta(hours=2), "<t:1782914400:t>"),
        (timedelta(hours=5), "<t:1782925200:R>"),
        (timedelta(days=40), "<t:1786363200:R>"),
    ],
)
def test_the_end_is_a_time_and_a_distance_if_it_is_far(ahead: timedelta, said: str) -> None:
    assert status(download(done_at=NOW + ahead)).endswith(said)


@pytest.mark.parametrize(
    "subject",
    [
        download(done_at=None),
        download(done_at=NOW),
        download(done_at=NOW - timedelta(days=1)),
        download(remaining=0),
        *(
            download(state=state)
            for state in sorted(set(State) - {State.DOWNLOADING, State.DELAYED, State.CLIENT_UNAVAILABLE})
        ),
    ],
)
def test_no_end_is_shown_that_is_past_or_means_nothing(subject: Download) -> None:
    assert "<t:" not in status(subject)


@pytest.mark.parametrize("state", [State.DELAYED, State.CLIENT_UNAVAILABLE])
def test_what_waits_for_its_time_says_when_it_is_tried_next(state: State) -> None:
    assert "<t:1782907800:t>" in status(waiting(state=state))


def test_the_headline_counts_everything_once() -> None:
    shown = snapshot(
        queue(
            download(1, speed=40e6, remaining=1_000_000_000, done_at=NOW + timedelta(minutes=5)),
            download(2, state=State.STALLED, remaining=500_000_000),
            download(3, state=State.QUEUED, remaining=2_000_000_000),
        ),
        queue(
            pack(1, speed=44e6, remaining=3_000_000_000, done_at=NOW + timedelta(minutes=20)),
            download(50, instance="sonarr", state=State.IMPORTING),
        ),
    )

    assert re.findall(r"\b\d+ (?=[a-z])", headline(shown)) == ["2 ", "1 ", "1 ", "1 "]
    for part in (amount(84e6), amount(6_500_000_000), "<t:1782908400:t>"):
        assert headline(shown).count(part) == 1


def test_the_headline_has_no_speed_that_is_not_known() -> None:
    assert "/s" not in headline(snapshot(queue(download())))


def ending(id: int, minutes: float | None, **changes: Any) -> Download:
    return download(id, done_at=None if minutes is None else NOW + timedelta(minutes=minutes), **changes)


MOVING = (ending(1, 3), ending(2, 9), ending(3, 5), ending(4, 7))
LAST = clock_time(NOW + timedelta(minutes=9))


@pytest.mark.parametrize(
    "other",
    [
        ending(9, None, state=State.STALLED),
        ending(9, None, lasts=LONG),
        ending(9, 90, lasts=LONG),
        ending(9, 90, state=State.PAUSED),
        ending(9, None, state=State.METADATA, size=0, remaining=0),
        ending(9, 90, state=State.QUEUED),
        ending(9, 90, state=State.FINISHING),
        ending(9, None, remaining=0),
        waiting(9, done_at=NOW + timedelta(minutes=90)),
        waiting(9, state=State.CLIENT_UNAVAILABLE, done_at=NOW + timedelta(minutes=90)),
    ],
)
def test_the_last_one_done_is_of_what_moves_whatever_else_is_there(other: Download) -> None:
    assert f"{LAST_DONE} {LAST}" in headline(snapshot(queue(*MOVING, other)))


@pytest.mark.parametrize("mark", ["absent", "removing"])
def test_the_last_one_done_and_the_speed_are_not_of_what_leaves(mark: str) -> None:
    leaving = ending(9, 90, speed=5e6)
    shown = snapshot(queue(*MOVING, leaving, **{mark: frozenset({leaving.key})}))

    assert f"{LAST_DONE} {LAST}" in headline(shown) and "/s" not in headline(shown)


@pytest.mark.parametrize(
    "queues",
    [
        [queue(*MOVING, ending(9, None))],
        [queue(*MOVING, ending(9, -1))],
        [queue(*MOVING), queue(instance=SONARR, outage=OUTAGE)],
        [queue(*MOVING), queue(instance=SONARR, read_at=None)],
        [queue(*MOVING), queue(instance=SONARR, incomplete=IncompleteReason.CLIENT_AWAY)],
        [queue(*MOVING), queue(instance=SONARR, incomplete=IncompleteReason.JUST_STARTED)],
        [queue(*MOVING, unreadable=1)],
        [queue(*MOVING, outage=OUTAGE)],
    ],
)
def test_no_last_one_done_is_promised_while_one_cannot_tell_or_rows_may_be_missing(queues: list[Queue]) -> None:
    assert "<t:" not in headline(snapshot(*queues))


# Outages


@pytest.mark.parametrize("state", State)
def test_the_last_rows_of_an_instance_with_an_outage_are_in_the_past(state: State) -> None:
    subject = download(state=state, speed=5e6, reasons=("The reason",))

    stale = row(subject, outage=OUTAGE).partition("\n")[2]

    assert LOOKS[state][1] in stale
    assert "/s" not in stale and "<t:" not in stale


@pytest.mark.parametrize("change", [{"outage": OUTAGE}, {"absent": frozenset({download().key})}])
def test_nobody_says_that_what_cannot_be_read_has_no_progress(change: dict[str, Any]) -> None:
    stale = row(download(lasts=LONG), **change)

    assert stale.startswith(LOOKS[State.DOWNLOADING][0]) and THREE_HOURS not in stale


def test_only_the_rows_of_the_instance_with_the_outage_are_in_the_past() -> None:
    film, episode = download(speed=5e6), download(instance="sonarr", speed=5e6)
    lines = description(snapshot(queue(film, outage=OUTAGE), queue(episode))).split("\n")

    assert [STALE in line for line in (lines[3], lines[5])] == [True, False]


@pytest.mark.parametrize(("state", "lasts"), [(State.DOWNLOADING, 0), (State.DOWNLOADING, LONG), (State.FAILED, 0)])
def test_the_rows_of_an_outage_are_counted_and_nothing_is_promised_of_them(state: State, lasts: float) -> None:
    """Also after the threshold, when nothing of an unread instance has had progress for long."""
    shown = snapshot(queue(download(state=state, speed=9e6, lasts=lasts), outage=OUTAGE))

    assert re.findall(r"\b\d+ (?=[a-z])", headline(shown)) == ["1 "]
    assert "/s" not in headline(shown) and "<t:" not in headline(shown)
    assert "1" in summary(shown) and "attention" not in summary(shown)


def test_an_outage_says_what_is_wrong_since_when_and_how_old_the_rows_are() -> None:
    shown = snapshot(queue(instance=SONARR), queue(download(), outage=OUTAGE, read_at=NOW - timedelta(hours=1)))

    away, well = below(shown).split("\n")

    assert "Sonarr" in well and "**Radarr**" in away
    for part in (OUTAGE.sentence, "<t:1782905400:t>", "<t:1782903600:t>"):
        assert part in away


def test_an_outage_from_the_start_says_that_nothing_was_read_yet() -> None:
    assert below(snapshot(queue(outage=OUTAGE, read_at=None))).count("<t:") == 1


def test_a_sentence_that_ends_with_a_question_keeps_its_own_mark() -> None:
    assert "right? " in below(snapshot(queue(outage=replace(OUTAGE, sentence="is away. Is its address right?"))))


def test_a_queue_that_may_be_incomplete_says_why_and_its_instance_is_not_ticked_off() -> None:
    assert [below(snapshot(queue(incomplete=incomplete))) for incomplete in IncompleteReason] == [
        CLIENT_AWAY,
        JUST_STARTED,
    ]


FAILED = download(state=State.FAILED)
DOUBTS: tuple[dict[str, Any], ...] = (*({"incomplete": reason} for reason in IncompleteReason), {"unreadable": 1})


@pytest.mark.parametrize("doubt", DOUBTS)
@pytest.mark.parametrize("others", [[], [queue(FAILED)], [queue(outage=OUTAGE)], [queue(FAILED), queue(outage=OUTAGE)]])
def test_that_rows_may_be_missing_is_in_the_first_line_whatever_else_is_there(
    doubt: dict[str, Any], others: list[Queue]
) -> None:
    shown = snapshot(*others, queue(instance=SONARR, **doubt))

    for text in (summary(shown), footer(shown)):
        assert "rows may be missing" in text.lower()
        assert text.count("needs attention") == any(one.downloads for one in others)
        assert ("trouble" in text) is any(one.outage is not None for one in others)


def test_rows_that_are_shown_are_not_called_missing() -> None:
    shown = snapshot(queue(download(), absent=frozenset({download().key})))

    assert "missing" not in summary(shown) + footer(shown)


def test_of_many_outages_the_first_line_names_some_and_counts_the_rest() -> None:
    shown = snapshot(*(queue(instance=one, outage=OUTAGE) for one in many_instances(20)))
    first = summary(shown).partition(": ")[0]

    assert int(re.findall(r"and (\d+) more", first)[0]) + first.count("w" * 22) == 20


@pytest.mark.parametrize("count", [1, 4, 5, 20, 40])
def test_a_page_with_long_labels_shows_the_outage_first(count: int) -> None:
    quiet = [queue(instance=one) for one in many_instances(2 * count)[: 2 * count - 1]]
    shown = snapshot(*quiet, queue(instance=instance("sonarr-out"), outage=OUTAGE))

    (field,) = page_embed(page_of(shown, ALL, 1), shown).fields

    assert OUTAGE.sentence in (field.value or "").partition("\n")[0]


def test_outcomes_with_long_names_do_not_hide_an_outage_or_the_last_removal() -> None:
    """Twelve names of sixty letters are longer than a field alone."""
    shown = snapshot(queue(outage=OUTAGE), titles={}, outcomes=departed("W" * 90) * 3, removed=(removed(),))

    assert OUTAGE.sentence in below(shown) and "<@42>" in below(shown)


@pytest.mark.parametrize(
    ("queues", "empty"),
    [
        ([queue()], True),
        ([queue(), queue(instance=SONARR)], True),
        ([queue(read_at=None)], False),
        ([queue(), queue(instance=SONARR, read_at=None)], False),
        ([queue(outage=OUTAGE)], False),
        ([queue(), queue(instance=SONARR, outage=OUTAGE)], False),
        ([queue(incomplete=IncompleteReason.CLIENT_AWAY)], False),
        ([queue(incomplete=IncompleteReason.JUST_STARTED)], False),
        ([queue(unreadable=1)], False),
        ([queue(download())], False),
    ],
)
def test_a_queue_is_called_empty_only_if_it_was_read_and_nothing_is_in_doubt(queues: list[Queue], empty: bool) -> None:
    shown = snapshot(*queues)

    assert (headline(shown) == EMPTY) is empty
    assert (EMPTY in summary(shown)) is empty


def test_before_the_first_read_the_dashboard_says_so() -> None:
    shown = snapshot(Queue(RADARR), Queue(SONARR))

    assert description(shown) != EMPTY
    assert [one in line for one, line in zip(("Radarr", "Sonarr"), below(shown).split("\n"), strict=True)] == [True] * 2


@pytest.mark.parametrize(("first", "second", "number"), [(0, 1, " 1 "), (1, 2, " 3 "), (1500, 0, " 1,500 ")])
def test_what_could_not_be_read_is_counted(first: int, second: int, number: str) -> None:
    counted, _ = below(snapshot(queue(unreadable=first), queue(instance=SONARR, unreadable=second))).split("\n")

    assert number in counted


def test_nothing_is_said_of_unreadable_items_where_there_are_none() -> None:
    assert below(snapshot(queue(download()))).endswith(RADARR_WELL)


def test_the_colour_shows_trouble_attention_work_and_rest() -> None:
    colours = [
        dashboard_embed(snapshot(one)).colour
        for one in (queue(outage=OUTAGE), queue(FAILED), queue(download()), queue(), Queue(RADARR))
    ]

    assert len({str(colour) for colour in colours}) == 5


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_queue_that_may_be_incomplete_has_the_colour_of_attention(doubt: dict[str, Any]) -> None:
    assert dashboard_embed(snapshot(queue(**doubt))).colour == dashboard_embed(snapshot(queue(FAILED))).colour


# Names


def test_an_instance_is_named_in_a_row_only_where_its_service_has_several() -> None:
    film = download()

    assert "Radarr" not in row(film, queue(instance=SONARR))
    assert row(film, queue(instance=instance("radarr-4k"))).endswith(" · Radarr")
    assert row(download(instance="radarr-4k"), queue()).endswith(" · Radarr 4k")


def test_what_the_app_did_not_grab_is_marked() -> None:
    assert row(download(grabbed_by_app=False)).startswith(row(download()) + " · ")


def test_a_download_without_a_name_still_has_a_row() -> None:
    assert f"**1 {UNTITLED}**" in row(download(release="\u200b\n"), titles={})


def test_rows_are_numbered_as_their_buttons_and_the_rest_is_counted() -> None:
    lines = description(snapshot(queue(*(download(id) for id in range(1, 34))))).split("\n")

    assert [re.search(r"\*\*(\d+) ", line) is not None for line in lines[2:22]] == [True, False] * 10
    assert [int(match[1]) for line in lines if (match := re.search(r"\*\*(\d+) ", line))] == list(range(1, 11))
    assert re.findall(r"\d+", lines[-1]) == ["23"]


@pytest.mark.parametrize(("count", "more"), [(0, 0), (1, 0), (10, 0), (11, 1), (5000, 4990)])
def test_the_rows_that_do_not_fit_are_counted(count: int, more: int) -> None:
    text = description(snapshot(queue(*(download(id) for id in range(1, count + 1)))))

    assert text.count("**") == 2 * min(count, 10)
    assert re.findall(r"… .*?([\d,]+)", text) == ([f"{more:,}"] if more else [])


def test_the_rows_are_those_that_have_buttons() -> None:
    shown = snapshot(queue(*(download(id) for id in range(1, 31))), queue(pack()))

    names = re.findall(r"\*\*\d+ (.+?)\*\*", description(shown))

    assert names == [shown.title(download) for download in top_rows(shown)]


# Harm


def worst_queue(*downloads: Download, **changes: Any) -> Queue:
    return queue(*downloads, **{"instance": LONGEST_INSTANCE, "version": "9" * 50, **changes})


def worst_situations(subject: Download) -> list[dict[str, Any]]:
    marked = frozenset({subject.key})
    record = RemovalRecord(subject, RemovalMode.REMOVE, 2**63, NOW, SECONDS)
    return [{}, {"removing": marked}, {"absent": marked}, {"still_listed": {subject.key: record}}, {"outage": OUTAGE}]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_row_is_longer_than_its_share(text: str) -> None:
    too_long = []
    for state, lasts, size in product(State, (0, 9999 * 86_400.0), (0, 2**63 - 1)):
        since = progress(state, 1, lasts=lasts, at_least=True)
        subject = worst(1, text, state=state, progress=since, size=size, remaining=min(size, 1), warned=True)
        for situation in worst_situations(subject):
            made = row_text(subject, 10, snapshot(worst_queue(subject, **situation), queue()))
            too_long += [(state, len(made))] if len(made) > LONGEST_ROW else []

    assert too_long == []
    assert LONGEST_ROW == 360


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("state", [State.DOWNLOADING, State.FAILED_FOREIGN])
def test_ten_of_the_worst_rows_with_everything_below_them_fit(text: str, state: State) -> None:
    rows = [worst(id, text, key=DownloadKey(LONGEST_INSTANCE.key, f"{id}"), state=state) for id in range(1, 40)]
    shown = snapshot(
        worst_queue(*rows, outage=Outage(text, NOW), unreadable=5000),
        queue(),
        titles={},
        removed=tuple(removed(text, mode, 2**63) for mode in RemovalMode) * 4,
        outcomes=departed(text) * 20,
    )

    assert_embed_fits(dashboard_embed(shown, notes=["A sentence of the bot about itself."] * 5))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_strangers_does_anything_on_the_dashboard(text: str) -> None:
    rows = [worst(id, text, key=DownloadKey(LONGEST_INSTANCE.key, f"{id}"), state=State.FAILED) for id in range(1, 11)]
    queues = worst_queue(*rows, outage=Outage(text, NOW))
    embed = dashboard_embed(snapshot(queues, titles={}, removed=(removed(text),), outcomes=departed(text)))

    for said in all_text(embed):
        assert set(re.findall(r"<[^>]*>", said)) <= {"<@42>", "<t:1782907200:t>", "<t:1782906900:t>"}
        assert "://" not in said
        assert not re.search(r"@(everyone|here)", said)
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", said)
        assert all(line.count("**") in (0, 2) for line in re.sub(r"\\.", "", said).split("\n"))


@pytest.mark.parametrize("trouble", [None, OUTAGE, Outage("W" * 500, NOW), Outage("_" * 500, NOW)])
@pytest.mark.parametrize("incomplete", [None, *IncompleteReason])
@pytest.mark.parametrize("count", [0, 1])
def test_twenty_instances_with_the_longest_names_fit_in_trouble_and_out_of_it(
    trouble: Outage | None, incomplete: IncompleteReason | None, count: int
) -> None:
    about: dict[str, Any] = {"outage": trouble, "incomplete": incomplete, "version": "9" * 50, "unreadable": 3}
    queues = [
        queue(*[worst(1, HOSTILE["long"], key=DownloadKey(one.key, "1"))][:count], instance=one, **about)
        for one in many_instances(20)
    ]
    shown = snapshot(
        *queues,
        titles={},
        removed=(removed(HOSTILE["escapes"], RemovalMode.BLOCK_AND_SEARCH, 2**63),) * 20,
        outcomes=departed(HOSTILE["escapes"]) * 20,
    )

    assert_embed_fits(dashboard_embed(shown, notes=["A sentence of the bot about itself."] * 5))
    assert len(summary(shown)) <= 2000


def test_lines_that_do_not_fit_are_counted_and_the_bots_own_sentences_come_first() -> None:
    shown = snapshot(*(queue(instance=one, outage=OUTAGE) for one in many_instances(20)))

    lines = below(shown, notes=["It may not pin."]).split("\n")

    assert lines[0] == "It may not pin."
    assert re.findall(r"\d+", lines[-1]) == [f"{20 - (len(lines) - 2)}"]


SECRETS = (
    "http://sab.internal:8080/api?apikey=5ec4e7aaaabbbbccccddddeeeeffff00",
    "5ec4e7aaaabbbbccccddddeeeeffff00",
    "/data/downloads/complete",
    "C:\\downloads\\complete",
    "192.168.1.5:8080",
    "password=hunter2",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_no_address_path_or_key_in_a_reason_reaches_the_channel(secret: str) -> None:
    reasons = (f"It failed at {secret} today",)
    failed = [download(id, state=state, reasons=reasons) for id, state in enumerate(WARNED, 1)]
    said = description(snapshot(queue(*failed)))

    assert said.count("It failed at") == len(WARNED)
    for part in ("sab.internal", "5ec4e7", "/data", "downloads", "192.168", "8080", "hunter2", "apikey"):
        assert part not in said


# Removals and outcomes


def named(name: str) -> Download:
    """A download of which no more than its release name is known."""
    return download(release=name, media=Media())


def removed(name: str = "Alien (1979)", mode: RemovalMode = RemovalMode.REMOVE, by: int = 42) -> RemovalRecord:
    return RemovalRecord(named(name), mode, by, NOW - timedelta(minutes=5), SECONDS - 300)


def departed(name: str = "Gone (2001)") -> tuple[Outcome, ...]:
    return tuple(Outcome(named(name), kind, SECONDS) for kind in OutcomeKind)


def last_line(**changes: Any) -> str:
    return below(snapshot(queue(), titles={}, **changes)).split("\n")[-1]


def test_the_last_removal_is_shown_with_who_and_when_and_further_ones_are_counted() -> None:
    some = (removed(), removed("B"), removed("C"))
    one, three = last_line(removed=some[:1]), last_line(removed=some)

    assert all(part in one for part in ("Alien (1979)", "<@42>", "<t:1782906900:t>"))
    assert re.findall(r"\d+", three.removeprefix(one)) == ["2"]


def test_each_way_of_removing_has_its_own_words() -> None:
    assert len({last_line(removed=(removed(mode=mode),)) for mode in RemovalMode}) == len(RemovalMode)


def test_what_left_by_itself_stands_by_its_outcome_and_is_counted_where_it_is_much() -> None:
    line = last_line(outcomes=departed() + departed("B") + departed("C") + departed("D"))

    assert line.count("Gone (2001), B, C") == line.count(" 1 ") == len(OutcomeKind)
    assert line.count("Gone (2001)") == len({part.partition(": ")[0] for part in line.split(" · ")})


# The plain line, and the end

SHOWN = snapshot(
    queue(download(1, release="**x** <@1>\nhttps://e.x", speed=5e6), download(2, state=State.FAILED)),
    queue(instance=SONARR, outage=OUTAGE),
    titles={},
)


def test_the_summary_is_one_plain_line() -> None:
    assert "Sonarr" in summary(SHOWN) and re.findall(r"\d+", summary(SHOWN)) == ["1", "1"]


@pytest.mark.parametrize(
    "shown",
    [
        SHOWN,
        snapshot(queue()),
        snapshot(queue(read_at=None)),
        snapshot(queue(outage=OUTAGE)),
        snapshot(queue(*(worst(id, text) for id, text in enumerate(HOSTILE.values(), 1)))),
    ],
)
def test_no_summary_has_markup_lines_or_mentions(shown: Snapshot) -> None:
    assert summary(shown)
    assert not re.search(r"[<>@*_`\n\\]", summary(shown))


@pytest.mark.parametrize("shown", [SHOWN, snapshot(queue()), snapshot(queue(pack(), download(200, instance="sonarr")))])
def test_equal_snapshots_are_rendered_equally_and_the_moment_stands_apart(shown: Snapshot) -> None:
    again = dashboard_embed(replace(shown)).to_dict()
    at = replace(shown.now, at=NOW + timedelta(seconds=30), seconds=SECONDS + 30)
    later = dashboard_embed(replace(shown, now=at)).to_dict()

    assert dashboard_embed(shown).to_dict() == again
    assert again.pop("timestamp") != later.pop("timestamp")
    assert again == later


def test_the_order_in_which_downloads_come_changes_nothing() -> None:
    downloads: Sequence[Download] = [download(id, state=state) for id, state in enumerate(State, 1)]

    assert description(snapshot(queue(*downloads))) == description(snapshot(queue(*reversed(downloads))))


def test_the_last_word_says_offline_since_when_and_shows_nothing_as_if_it_were_alive() -> None:
    embed: discord.Embed = offline_embed(SHOWN, NOW)

    assert "<t:1782907200:t>" in (embed.description or "")
    assert summary(SHOWN) in (embed.description or "")
    assert not embed.fields
    assert_embed_fits(embed)
    assert_embed_fits(offline_embed(None, NOW))
