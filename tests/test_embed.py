"""The dashboard says what is true, all of it that matters, and never more than Discord takes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, product
from typing import Any

import discord
import pytest

from discarr.model.ordering import top_rows
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import Download, DownloadRef, IncompleteReason, Outage, Queue, Snapshot, State
from discarr.model.removal_mode import Removal, Removed
from discarr.view.dashboard import dashboard_embed, offline_embed, summary
from discarr.view.row import LONGEST_ROW, LOOKS, icon, row_text, status_text
from discarr.view.text import amount, duration
from tests.builders import (
    EXPLAINED,
    HOSTILE,
    LONGEST_INSTANCE,
    NOW,
    OUTAGE,
    RADARR,
    SONARR,
    download,
    instance,
    many_instances,
    pack,
    queue,
    snapshot,
    waiting,
    worst,
)
from tests.phrases import CLIENT_AWAY, EMPTY, JUST_STARTED, RADARR_WELL, REMOVING, SIZE_UNKNOWN, STALE, UNTITLED


def description(shown: Snapshot) -> str:
    return dashboard_embed(shown).description or ""


def headline(shown: Snapshot) -> str:
    return description(shown).partition("\n")[0]


def row(subject: Download, *others: Queue, **changes: Any) -> str:
    """The row of a download, in a snapshot of its queue with these changes, and the others."""
    return row_text(subject, 1, snapshot(queue(subject, **changes), *others))


def notes(shown: Snapshot, **more: Any) -> str:
    """What stands below the rows."""
    return "\n".join(field.value or "" for field in dashboard_embed(shown, **more).fields)


def all_text(embed: discord.Embed) -> list[str]:
    """Every string of an embed that Discord renders."""
    texts = [embed.title, embed.description, embed.footer.text]
    return [text or "" for text in (*texts, *(t for field in embed.fields for t in (field.name, field.value)))]


_NODES = re.compile(
    r"\*\*.+?\*\*|`[^`\n]+`|<[^<>\s]+>|\|\|.+?\|\||~~.+?~~|\]\([^)]+\)|https?://\S+"
    r"|[\U0001f000-\U0001faff\u231a-\u23ff\u2600-\u27bf\u2b00-\u2bff]",
    re.S,
)


def nodes(text: str) -> int:
    """How many things other than text a client makes of a string; what stands inside bold text counts as well."""
    text = re.sub(r"\\[\\*_~|`\[\]]", "", text)
    inside_bold = sum(len(_NODES.findall(bold)) for bold in re.findall(r"\*\*(.+?)\*\*", text))
    return len(_NODES.findall(text)) + inside_bold


def assert_fits(embed: discord.Embed) -> None:
    assert len(embed) <= 6000
    assert len(embed.title or "") <= 256
    assert 0 < len(embed.description or "") <= 4096
    assert len(embed.fields) <= 25
    for field in embed.fields:
        assert 0 < len(field.name or "") <= 256
        assert 0 < len(field.value or "") <= 1024
    for text in all_text(embed):
        assert nodes(text) <= 120
        text.encode()


# States


def test_every_state_has_an_icon_and_words_of_its_own() -> None:
    assert set(LOOKS) == set(State)
    icons = [look[0].removesuffix("\ufe0f") for look in LOOKS.values()]
    words = [look[1] for look in LOOKS.values()]
    assert len(set(icons)) == len(set(words)) == len(State)
    assert all(icons) and all(words)


def test_no_two_states_look_alike_in_a_row() -> None:
    for first, second in combinations([download(state=state, done_at=None) for state in State], 2):
        assert icon(first) != icon(second)
        assert status_text(first, NOW) != status_text(second, NOW)


@pytest.mark.parametrize("state", sorted(set(State) - {State.DOWNLOADING}, key=str))
def test_a_row_says_its_state_in_words(state: State) -> None:
    assert LOOKS[state][1] in row(download(state=state))
    assert row(download(state=state)).startswith(LOOKS[state][0])


def test_what_stands_still_has_a_look_of_its_own_and_says_for_how_long() -> None:
    still = download(stalled_for=timedelta(hours=3))

    assert icon(still) not in {look[0] for look in LOOKS.values()}
    assert duration(timedelta(hours=3)) in status_text(still, NOW)
    assert "<t:" not in status_text(still, NOW)


def test_the_reason_is_told_where_something_is_wrong() -> None:
    for state in EXPLAINED:
        assert f"{LOOKS[state][1]}: The reason" in row(download(state=state, reason="The reason"))


def test_a_download_on_its_way_out_says_so_and_nothing_of_its_speed() -> None:
    leaving = row(download(removing=True, speed=5e6))

    assert REMOVING in leaving
    assert "/s" not in leaving and "%" not in leaving
    assert leaving.partition(" ")[0] not in {look[0] for look in LOOKS.values()}


# Numbers


def test_a_row_tells_name_quality_progress_speed_and_end() -> None:
    subject = download(name="Dune: Part Two (2024)", size=18_400_000_000, remaining=10_120_000_000, speed=42e6)

    told = row(subject)

    for part in (
        "**1 Dune: Part Two (2024)**",
        "████░░░░░░",
        "45 %",
        amount(18_400_000_000),
        amount(42e6),
        "<t:1782907800:t>",
        "WEBDL-1080p",
    ):
        assert part in told


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
    status = status_text(download(size=size, remaining=left, done_at=None), NOW)

    assert f"`{'█' * cells}{'░' * (10 - cells)}`" in status and share in status


@pytest.mark.parametrize("state", State)
def test_an_unknown_size_is_said_and_no_share_of_it(state: State) -> None:
    status = status_text(download(state=state, size=0, remaining=0), NOW)

    assert SIZE_UNKNOWN in status
    assert "%" not in status and " B" not in status


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=10), "<t:1782907800:t>"),
        (timedelta(hours=2), "<t:1782914400:t>"),
        (timedelta(hours=5), "<t:1782925200:R>"),
        (timedelta(days=40), "<t:1786363200:R>"),
    ],
)
def test_the_end_is_told_as_a_time_and_as_a_distance_if_it_is_far(ahead: timedelta, said: str) -> None:
    assert status_text(download(done_at=NOW + ahead), NOW).endswith(said)


@pytest.mark.parametrize(
    "subject",
    [
        download(done_at=None),
        download(done_at=NOW),
        download(done_at=NOW - timedelta(days=1)),
        download(remaining=0),
        download(state=State.PAUSED),
        download(state=State.STALLED),
        download(state=State.IMPORT_WAITING),
        download(state=State.IMPORT_BLOCKED),
        download(state=State.FAILED),
        download(state=State.QUEUED),
    ],
)
def test_no_end_is_told_that_is_past_or_means_nothing(subject: Download) -> None:
    assert "<t:" not in status_text(subject, NOW)


@pytest.mark.parametrize("state", [State.DELAYED, State.CLIENT_UNAVAILABLE])
def test_what_waits_for_its_time_says_when_it_is_tried_next(state: State) -> None:
    assert "<t:1782907800:t>" in status_text(waiting(state=state), NOW)


def test_the_headline_counts_everything_once() -> None:
    shown = snapshot(
        queue(
            download(1, speed=40e6, remaining=1_000_000_000, done_at=NOW + timedelta(minutes=5)),
            download(2, state=State.STALLED, remaining=500_000_000),
            download(3, state=State.QUEUED, remaining=2_000_000_000),
        ),
        queue(
            pack(1, speed=44e6, remaining=3_000_000_000, done_at=NOW + timedelta(minutes=20)),
            download(50, instance="sonarr", state=State.IMPORTING, remaining=0),
        ),
    )

    assert re.findall(r"\b\d+ (?=[a-z])", headline(shown)) == ["2 ", "1 ", "1 ", "1 "]
    for part in (amount(84e6), amount(6_500_000_000), "<t:1782908400:t>"):
        assert headline(shown).count(part) == 1


def test_no_end_of_all_is_promised_while_one_of_them_cannot_tell() -> None:
    assert "<t:" not in headline(snapshot(queue(download(1), download(2, done_at=None))))


def test_the_headline_tells_no_speed_that_is_not_known() -> None:
    assert "/s" not in headline(snapshot(queue(download())))


# Outages


@pytest.mark.parametrize("state", State)
def test_the_last_rows_of_an_instance_that_is_away_are_told_in_the_past(state: State) -> None:
    subject = download(state=state, speed=5e6, reason="The reason")

    stale = row(subject, outage=OUTAGE).partition("\n")[2]

    assert LOOKS[state][1] in stale
    assert "/s" not in stale and "<t:" not in stale


def test_only_the_rows_of_the_instance_that_is_away_are_told_in_the_past() -> None:
    film, episode = download(speed=5e6), download(instance="sonarr", speed=5e6)
    lines = description(snapshot(queue(film, outage=OUTAGE), queue(episode))).split("\n")

    assert [STALE in line for line in (lines[3], lines[5])] == [True, False]


def test_the_headline_promises_nothing_of_what_is_not_read() -> None:
    shown = snapshot(queue(download(speed=9e6), outage=OUTAGE))

    assert re.findall(r"\b\d+ (?=[a-z])", headline(shown)) == ["1 "]
    assert "/s" not in headline(shown) and "<t:" not in headline(shown)


def test_an_outage_says_what_is_wrong_since_when_and_how_old_the_rows_are() -> None:
    shown = snapshot(queue(instance=SONARR), queue(download(), outage=OUTAGE, read_at=NOW - timedelta(hours=1)))

    well, away = notes(shown).split("\n")

    assert "Sonarr" in well and "**Radarr**" in away
    for part in (OUTAGE.sentence, "<t:1782905400:t>", "<t:1782903600:t>"):
        assert part in away


def test_an_outage_from_the_start_says_that_nothing_was_read_yet() -> None:
    assert notes(snapshot(queue(outage=OUTAGE, read_at=None))).count("<t:") == 1


def test_a_sentence_that_ends_with_a_question_keeps_its_own_mark() -> None:
    assert "right? " in notes(snapshot(queue(outage=replace(OUTAGE, sentence="is away. Is its address right?"))))


def test_a_doubt_is_told_and_the_instance_is_not_ticked_off() -> None:
    assert [notes(snapshot(queue(incomplete=incomplete))) for incomplete in IncompleteReason] == [
        CLIENT_AWAY,
        JUST_STARTED,
    ]


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
    assert [one in line for one, line in zip(("Radarr", "Sonarr"), notes(shown).split("\n"), strict=True)] == [True] * 2


@pytest.mark.parametrize(("first", "second", "number"), [(0, 1, " 1 "), (1, 2, " 3 "), (1500, 0, " 1,500 ")])
def test_what_could_not_be_understood_is_counted(first: int, second: int, number: str) -> None:
    _, told = notes(snapshot(queue(unreadable=first), queue(instance=SONARR, unreadable=second))).split("\n")

    assert number in told


def test_nothing_is_said_of_unreadable_items_where_there_are_none() -> None:
    assert notes(snapshot(queue(download()))).endswith(RADARR_WELL)


def test_the_colour_tells_trouble_attention_work_and_rest_apart() -> None:
    colours = [
        dashboard_embed(snapshot(one)).colour
        for one in (
            queue(outage=OUTAGE),
            queue(download(state=State.FAILED)),
            queue(download()),
            queue(),
            Queue(RADARR),
        )
    ]

    assert len({str(colour) for colour in colours}) == 5


# Names


def test_an_instance_is_named_in_a_row_only_where_its_service_has_several() -> None:
    film = download()

    assert "Radarr" not in row(film, queue(instance=SONARR))
    assert row(film, queue(instance=instance("radarr-4k"))).endswith(" · Radarr")
    assert row(download(instance="radarr-4k"), queue()).endswith(" · Radarr 4k")


def test_what_the_app_did_not_grab_is_marked() -> None:
    assert row(download(grabbed_by_app=False)).startswith(row(download()) + " · ")


def test_a_download_without_a_name_still_has_a_row() -> None:
    assert f"**1 {UNTITLED}**" in row(download(name="\u200b\n"))


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


# Harm


def worst_queue(*downloads: Download, **changes: Any) -> Queue:
    return queue(*downloads, **{"instance": LONGEST_INSTANCE, "version": "9" * 50, **changes})


SITUATIONS: tuple[tuple[dict[str, Any], Outage | None], ...] = (
    ({}, None),
    ({"stalled_for": timedelta(days=9999)}, None),
    ({"removing": True}, None),
    ({"size": 0, "remaining": 0}, None),
    ({"stalled_for": timedelta(days=9999), "speed": 9e15}, OUTAGE),
)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_row_is_longer_than_its_share(text: str) -> None:
    too_long = []
    for state, (changes, trouble) in product(State, SITUATIONS):
        subject = worst(1, text, state=state, **changes)
        made = row_text(subject, 10, snapshot(worst_queue(subject, outage=trouble), queue()))
        too_long += [(state, len(made))] if len(made) > LONGEST_ROW else []

    assert too_long == []
    assert LONGEST_ROW == 360


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("state", [State.DOWNLOADING, State.FAILED_FOREIGN])
def test_ten_of_the_worst_rows_with_everything_below_them_fit(text: str, state: State) -> None:
    rows = [worst(id, text, state=state) for id in range(1, 40)]
    trouble = Outage(text, NOW)
    shown = snapshot(worst_queue(*rows, outage=trouble, unreadable=5000), queue())

    embed = dashboard_embed(
        shown,
        removed=[removed(text, how, 2**63) for how in Removal] * 4,
        outcomes=departed(text) * 20,
        notes=["A sentence of the bot about itself."] * 5,
    )

    assert_fits(embed)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_strangers_does_anything_on_the_dashboard(text: str) -> None:
    rows = [worst(id, text, state=State.FAILED) for id in range(1, 11)]
    shown = snapshot(worst_queue(*rows, outage=Outage(text, NOW)))
    embed = dashboard_embed(shown, removed=[removed(text)], outcomes=departed(text))

    for said in all_text(embed):
        assert set(re.findall(r"<[^>]*>", said)) <= {"<@42>", "<t:1782907200:t>", "<t:1782906900:t>"}
        assert "://" not in said
        assert not re.search(r"@(everyone|here)", said)
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", said)
        assert all(line.count("**") in (0, 2) for line in re.sub(r"\\.", "", said).split("\n"))


@pytest.mark.parametrize("trouble", [None, OUTAGE, Outage("W" * 500, NOW), Outage("_" * 500, NOW)])
def test_twenty_instances_with_the_longest_names_fit_in_trouble_and_out_of_it(trouble: Outage | None) -> None:
    for incomplete in (None, IncompleteReason.JUST_STARTED):
        queues = [
            queue(
                worst(1, HOSTILE["long"], ref=DownloadRef(one.key, 1)),
                instance=one,
                outage=trouble,
                incomplete=incomplete,
                version="9" * 50,
                unreadable=3,
            )
            for one in many_instances(20)
        ]

        embed = dashboard_embed(
            snapshot(*queues),
            removed=[removed(HOSTILE["escapes"], Removal.BLOCK_AND_SEARCH, 2**63)] * 20,
            outcomes=departed(HOSTILE["escapes"]) * 20,
            notes=["A sentence of the bot about itself."] * 5,
        )

        assert_fits(embed)
        assert len(summary(snapshot(*queues))) <= 2000


@pytest.mark.parametrize("trouble", [None, OUTAGE, Outage("W" * 500, NOW), Outage("_" * 500, NOW)])
def test_twenty_instances_without_downloads_fit_in_trouble_and_out_of_it(trouble: Outage | None) -> None:
    for incomplete in (None, *IncompleteReason):
        queues = [
            queue(instance=one, outage=trouble, incomplete=incomplete, version="9" * 50) for one in many_instances(20)
        ]

        assert_fits(dashboard_embed(snapshot(*queues)))


def test_lines_that_do_not_fit_are_counted() -> None:
    queues = [queue(instance=one, outage=OUTAGE) for one in many_instances(20)]

    lines = notes(snapshot(*queues)).split("\n")

    assert re.findall(r"\d+", lines[-1]) == [f"{20 - (len(lines) - 1)}"]


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
    failed = [download(id, state=state, reason=f"It failed at {secret} today") for id, state in enumerate(EXPLAINED, 1)]
    said = description(snapshot(queue(*failed)))

    assert said.count("It failed at") == len(EXPLAINED)
    for part in ("sab.internal", "5ec4e7", "/data", "downloads", "192.168", "8080", "hunter2", "apikey"):
        assert part not in said


# Removals


def removed(name: str = "Alien (1979)", how: Removal = Removal.REMOVE, by: int = 42) -> Removed:
    return Removed(download(name=name), how, by, NOW - timedelta(minutes=5), 0.0)


def test_the_last_removal_is_told_with_who_and_when() -> None:
    told = notes(snapshot(queue()), removed=[removed()]).split("\n")[-1]

    assert [part in told for part in ("Alien (1979)", "<@42>", "<t:1782906900:t>")] == [True] * 3


def test_further_removals_are_counted() -> None:
    some = [removed(), removed("B"), removed("C")]
    one, three = notes(snapshot(queue()), removed=some[:1]), notes(snapshot(queue()), removed=some)

    assert re.findall(r"\d+", three.removeprefix(one)) == ["2"]


def test_each_way_of_removing_has_its_own_words() -> None:
    assert len({notes(snapshot(queue()), removed=[removed(how=how)]) for how in Removal}) == len(Removal)


def test_the_bots_own_sentences_are_never_the_ones_that_do_not_fit() -> None:
    shown = snapshot(*(queue(instance=one, outage=OUTAGE) for one in many_instances(20)))

    assert "It may not pin." in notes(shown, removed=[removed()], notes=["It may not pin."])


def departed(name: str = "Gone (2001)") -> list[Outcome]:
    return [Outcome(download(name=name), kind, 0.0) for kind in OutcomeKind]


def test_what_left_by_itself_is_told_by_its_fate_and_counted_where_it_is_much() -> None:
    told = notes(snapshot(queue()), outcomes=departed() + departed("B") + departed("C") + departed("D"))

    line = told.split("\n")[-1]
    assert line.count("Gone (2001), B, C") == line.count(" 1 ") == len(OutcomeKind)
    assert line.count("Gone (2001)") == len(set(part.partition(": ")[0] for part in line.split(" · ")))


# The plain line, and the end

SHOWN = snapshot(
    queue(download(1, name="**x** <@1>\nhttps://e.x", speed=5e6), download(2, state=State.FAILED)),
    queue(instance=SONARR, outage=OUTAGE),
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
def test_equal_snapshots_are_drawn_equally_and_the_moment_stands_apart(shown: Snapshot) -> None:
    again = dashboard_embed(replace(shown)).to_dict()
    later = dashboard_embed(replace(shown, at=NOW + timedelta(seconds=30))).to_dict()

    assert dashboard_embed(shown).to_dict() == again
    assert again.pop("timestamp") != later.pop("timestamp")
    assert again == later


def test_the_order_in_which_downloads_come_changes_nothing() -> None:
    downloads: Sequence[Download] = [download(id, state=state) for id, state in enumerate(State, 1)]

    assert description(snapshot(queue(*downloads))) == description(snapshot(queue(*reversed(downloads))))


def test_the_rows_are_those_that_have_buttons() -> None:
    shown = snapshot(queue(*(download(id, name=f"Film {id}") for id in range(1, 31))), queue(pack(name="Season")))

    names = re.findall(r"\*\*\d+ (.+?)\*\*", description(shown))

    assert names == [row.name for row in top_rows(shown)]


def test_the_last_word_says_offline_since_when_and_shows_nothing_as_if_it_were_alive() -> None:
    embed = offline_embed(SHOWN, NOW)

    assert "<t:1782907200:t>" in (embed.description or "")
    assert summary(SHOWN) in (embed.description or "")
    assert not embed.fields
    assert_fits(embed)
    assert_fits(offline_embed(None, NOW))
