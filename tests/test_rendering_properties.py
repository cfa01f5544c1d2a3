"""No download, however odd, breaks what is shown, and what is shown keeps within Discord's limits."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.model.action import Action, ActionKind, ActionStatus
from discarr.model.download import Download, DownloadKey, Media, Section, State
from discarr.model.import_reasons import Obstacle, Verdict
from discarr.model.instance import Instance
from discarr.model.manual_import import ImportFile, ImportPlan, LeftOut
from discarr.model.ordering import CLEAN_UP_LIMIT, all_rows, attention
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import IncompleteReason, Outage, Queue, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalRecord
from discarr.model.summary import section_of
from discarr.view.browser import page_embed, page_of
from discarr.view.buttons import dashboard_view, page_view
from discarr.view.custom_ids import ALL, ATTENTION, subject_of
from discarr.view.dashboard import dashboard_embed, offline_embed, plain_embed
from discarr.view.headline import summary
from discarr.view.import_text import action_lines, action_text, plan_text
from discarr.view.modals import chosen_downloads, clean_up_form, is_ticked, removal_form
from discarr.view.row import LONGEST_ROW, dashboard_row, detailed_row
from tests.approved.imports import BLOCKED
from tests.support.builders import (
    AT,
    HOSTILE,
    LONGEST_INSTANCE,
    NOW,
    SECONDS,
    download,
    many_instances,
    progress,
    queue,
    snapshot,
    worst,
)
from tests.support.limits import BOXES, all_text, assert_embed_fits, assert_form_fits, assert_view_fits, walked

LARGEST = 2**63 - 1
KEYS = ("radarr", "radarr-4k", "sonarr")
TEXTS = st.one_of(st.sampled_from([*HOSTILE.values(), "", "A.Release-X", "Caution: Found executable"]), st.text())
SIZES = st.sampled_from([0, 1, 4_000_000_000, LARGEST]) | st.integers(0, LARGEST)
DATES = st.none() | st.datetimes(timezones=st.just(UTC))
SOME = st.integers(0, LARGEST) | st.none()
DOWNLOADS = st.builds(
    download,
    st.integers(1, 2**31 - 1),
    instance=st.sampled_from(KEYS),
    state=st.sampled_from(State),
    lasts=st.floats(-SECONDS, SECONDS),
    speed=st.none() | st.floats(0, 1e18),
    size=SIZES,
    remaining=SIZES,
    media=st.builds(Media, SOME, SOME, SOME, st.lists(st.integers(0, 99), max_size=60).map(tuple)),
    reasons=st.lists(TEXTS, max_size=4).map(tuple),
    **dict.fromkeys(("release", "quality", "client", "indexer"), TEXTS),
    **dict.fromkeys(("warned", "complete", "grabbed_by_app"), st.booleans()),
    **dict.fromkeys(("parsed", "can_change_category", "pending"), st.booleans()),
    **dict.fromkeys(("done_at", "grabbed_at"), DATES),
).map(lambda made: made._replace(remaining=min(made.remaining, made.size)))
"""Any that the type allows, with no regard to what an app would send."""


@st.composite
def queues(draw: st.DrawFn, key: str, some: list[Download]) -> Queue:
    """What an instance of this key may list of these, in any condition."""
    mine = tuple(each for each in some if each.key.instance == key)
    marked = [frozenset(d.key for d in mine if draw(st.booleans())) for _ in range(3)]
    removed = {d.key: RemovalRecord(d, draw(st.sampled_from(RemovalMode)), LARGEST, NOW, SECONDS) for d in mine}
    about: dict[str, Any] = {
        "absent": marked[0],
        "removing": marked[1],
        "still_listed": {key: record for key, record in removed.items() if key in marked[2]},
        "unreadable": draw(st.sampled_from([0, 1, 5000])),
        "read_at": draw(st.sampled_from([NOW, None])),
        "outage": draw(st.none() | st.builds(Outage, TEXTS, st.just(NOW))),
        "incomplete": draw(st.none() | st.sampled_from(IncompleteReason)),
        "version": draw(TEXTS),
    }
    return queue(*mine, **{**about, "instance": Instance.of(key)})


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Up to a dozen odd downloads of three instances, with everything that can be shown beside them."""
    some = list({d.key: d for d in draw(st.lists(DOWNLOADS, max_size=12))}.values())
    titles = {(d.key.instance, d.media): text for d in some if (text := draw(TEXTS))}
    return snapshot(
        *(draw(queues(key, some)) for key in KEYS),
        titles=titles,
        outcomes=tuple(Outcome(d, draw(st.sampled_from(OutcomeKind)), SECONDS, 3, 10) for d in some),
        removed=tuple(RemovalRecord(d, draw(st.sampled_from(RemovalMode)), LARGEST, NOW, SECONDS) for d in some),
    )


def assert_shown_within_limits(shown: Snapshot) -> None:
    for embed in (
        dashboard_embed(shown, notes=["A sentence of the bot about itself."] * 5),
        plain_embed(shown),
        offline_embed(shown, datetime.max.replace(tzinfo=UTC)),
    ):
        assert_embed_fits(embed)
    assert_view_fits(dashboard_view(shown))
    assert 0 < len(summary(shown)) <= 2000
    assert not re.search(r"[<>@*_`\n\\]", summary(shown))
    counts = Counter(each.key.instance for each in shown)
    for filter in (ALL, ATTENTION, *counts):
        page = page_of(shown, filter, 1)
        assert filter not in counts or page.total == counts[filter]
        assert_embed_fits(page_embed(page, shown))
        assert_view_fits(page_view(page, shown))
    for row in all_rows(shown.queues):
        section = section_of(row, AT, shown.stalled_after)
        for text in (dashboard_row(row, 10_000, section, shown), detailed_row(row, 10_000, shown)):
            assert len(text) <= LONGEST_ROW


def assert_forms_within_limits(shown: Snapshot) -> None:
    for each in shown:
        form = removal_form(each, Instance.of(each.key.instance), shown)
        assert_form_fits(form)
        assert form.title.endswith(Instance.of(each.key.instance).label)
    if needing := attention(shown):
        assert_form_fits(clean_up_form(needing, shown))


def assert_attention_is_one_list(shown: Snapshot) -> None:
    """The count, the filter and Clean up agree, without what is absent or being removed; nothing in doubt is ticked."""
    needing = attention(shown)
    listed = page_of(shown, ATTENTION, 1)
    form = clean_up_form(needing, shown) if needing else None
    boxes = [box for part in (walked(form) if form else ()) if part["type"] == BOXES for box in part["options"]]

    assert (listed.total, listed.rows) == (len(needing), needing[:10])
    assert (f"⚠️ {len(needing)} need" in summary(shown)) is bool(needing)
    values = [{"component": {"custom_id": "which-1", "values": [box["value"] for box in boxes]}}]
    assert chosen_downloads({"components": values}) == tuple(map(subject_of, needing[:CLEAN_UP_LIMIT]))
    for one in shown.queues:
        marked = one.absent | one.removing
        mine = [d for d in one.downloads if section_of(d, AT, shown.stalled_after) is Section.ATTENTION]
        expected = [] if one.outage else [d for d in mine if d.key not in marked]
        assert {d.key for d in needing if d.key.instance == one.instance.key} == {d.key for d in expected}
        in_doubt = one.outage or one.incomplete is IncompleteReason.CLIENT_AWAY
        assert not any(is_ticked(d, shown) for d in one.downloads if in_doubt or d.complete or not d.grabbed_by_app)


@settings(max_examples=40)
@given(snapshots())
async def test_any_snapshot_is_within_discords_limits_and_clean_up_ticks_nothing_in_doubt(shown: Snapshot) -> None:
    assert_shown_within_limits(shown)
    assert_forms_within_limits(shown)
    assert_attention_is_one_list(shown)


def worst_snapshots(text: str) -> Iterator[Snapshot]:
    """Rows that say this in every state and condition; then one of them in each of twenty instances."""
    old: dict[str, Any] = {"progress": progress(State.STALLED, 1, lasts=9999 * 86_400.0, at_least=True)}
    rows = [
        worst(id, text, key=DownloadKey(LONGEST_INSTANCE.key, f"{id}"), state=state, **changes)
        for id, (state, changes) in enumerate(product(State, ({"warned": True}, old)))
    ]
    keys, record = (
        frozenset(row.key for row in rows),
        RemovalRecord(rows[0], RemovalMode.BLOCK_AND_SEARCH, 10**18, NOW, 0),
    )
    outcomes = tuple(Outcome(rows[0], kind, SECONDS) for kind in OutcomeKind) * 20
    beside: dict[str, Any] = {"titles": {}, "removed": (record, record), "outcomes": outcomes}
    about: dict[str, Any] = {"version": "9" * 50, "unreadable": 5000}
    outages: list[dict[str, Any]] = [{}, {"outage": Outage(text, NOW)}]
    still_listed = {"still_listed": dict.fromkeys(keys, record)}
    for condition in (*outages, {"absent": keys}, {"removing": keys}, still_listed):
        yield snapshot(queue(*rows, instance=LONGEST_INSTANCE, **about, **condition), queue(), **beside)
    for outage, incomplete in product(outages, (None, *IncompleteReason)):
        of_each = [worst(1, text, key=DownloadKey(each.key, "1")) for each in many_instances(20)]
        yield snapshot(*(queue(row, incomplete=incomplete, **about, **outage) for row in of_each), **beside)


def assert_does_nothing(said: str) -> None:
    """A client makes nothing of it but the times and the mention that are the bot's own."""
    assert {re.sub(r"t:\d{10,}", "t", found) for found in re.findall(r"<[^>]*>", said)} <= {
        f"<@{10**18}>",
        "<t:t>",
        "<t:R>",
    }
    assert "://" not in said and "/data" not in said
    assert not re.search(r"@(everyone|here)", said)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", said)
    assert all(line.count("**") in (0, 2) for line in re.sub(r"\\.", "", said).split("\n"))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_the_longest_of_everything_fits_and_does_nothing(text: str) -> None:
    for shown in worst_snapshots(text):
        assert_shown_within_limits(shown)
        for said in all_text(dashboard_embed(shown)):
            assert_does_nothing(said)
    assert_forms_within_limits(shown)
    form = str(clean_up_form(list(shown), shown).to_dict())
    assert "://" not in form and "/data" not in form


SECRETS = "@everyone **x** http://user:hunter2@tracker.example/announce?passkey=0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("text", [*HOSTILE.values(), SECRETS], ids=[*HOSTILE, "secrets"])
async def test_what_is_said_of_an_import_fits_does_nothing_gives_away_nothing_and_hides_no_warning(text: str) -> None:
    subject = worst(1, text, state=State.IMPORT_BLOCKED)
    of_all = ActionKind.IMPORT, 2**63, NOW, SECONDS
    actions = tuple(Action(subject, *of_all, status, 10_000, 10_000) for status in ActionStatus)
    seen = snapshot(queue(subject), titles={}, actions=actions)
    file = ImportFile(text, text, text, (text,) * 9, 1, None, (1,), '{"path": "/data/secret/film.mkv"}')
    left = tuple(LeftOut(text, obstacle, text) for obstacle in Obstacle if obstacle.verdict is not Verdict.YES)

    assert all(len(action_text(action, seen)) <= 1000 for action in actions)
    plan = plan_text(ImportPlan((file,) * 50, left, is_guess=True), subject, seen)
    assert len(plan) <= 2000
    nothing_of_it = plan_text(ImportPlan((), left[:2]), subject, seen)
    for part in ("@everyone", "**x**", "hunter2", "tracker.example", "0123456789abcdef", "/data"):
        assert part not in plan + nothing_of_it
    assert "more file" in plan and "belong to someone else" in plan and "recycle bin" in plan
    assert_form_fits(removal_form(BLOCKED, LONGEST_INSTANCE, seen))
    (line,) = action_lines(seen)
    assert len(line) <= 250 and "\n" not in line
