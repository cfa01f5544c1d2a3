"""Buttons and forms are what Discord takes, say what happens, and are kept by nobody."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.model.download import Download, Media, State
from discarr.model.instance import Instance
from discarr.model.ordering import all_rows, top_rows
from discarr.model.queue import IncompleteReason, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus, likely_mode, modes_for
from discarr.view.browser import page_embed, page_of
from discarr.view.buttons import dashboard_view, page_view
from discarr.view.custom_ids import ALL, ATTENTION, AskRemove, ComponentAction, General, Remove, action_from, target_of
from discarr.view.modals import CLEAN_UP_LIMIT, chosen_downloads, chosen_mode, clean_up_form, removal_form, strings
from discarr.view.removal_text import clean_up_text, removal_text
from tests.approved.imports import BY_ID
from tests.support.builders import (
    AT,
    LONGEST_INSTANCE,
    RADARR,
    STALLED_AFTER,
    download,
    many_instances,
    pack,
    queue,
    snapshot,
    waiting,
)
from tests.support.limits import (
    BOXES,
    BUTTON,
    RADIO,
    Json,
    assert_embed_fits,
    assert_form_fits,
    assert_view_fits,
    components_of,
    rows_of,
    walked,
)

STABLE = settings(max_examples=200, derandomize=True, deadline=None, database=None)
LONG = STALLED_AFTER + 1


def labels(view: ui.View) -> list[str]:
    return [component["label"] for component in components_of(view) if component["type"] == BUTTON]


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def actions(view: ui.View) -> list[ComponentAction | None]:
    return [action_from(component["custom_id"]) for component in components_of(view)]


def shown(*downloads: Download, **changes: Any) -> Snapshot:
    return snapshot(queue(*downloads, **changes))


def many(count: int, **changes: Any) -> list[Download]:
    return [download(id, **changes) for id in range(1, count + 1)]


# The dashboard's buttons


async def test_each_row_has_its_button_in_order_and_below_them_stands_what_concerns_all() -> None:
    whole = shown(*many(33), download(99, state=State.FAILED))
    view = dashboard_view(whole)

    assert [[numbers(component["label"]) for component in row] for row in rows_of(view)] == [
        [[1], [2], [3], [4]],
        [[5], [6], [7], [8]],
        [[9], [10]],
        [[34], [], [1]],
    ]
    assert actions(view)[:10] == [AskRemove(target_of(row)) for row in top_rows(whole)]
    assert actions(view)[10:] == [General.OPEN_BROWSER, General.REFRESH, General.ASK_CLEAN_UP]


async def test_an_empty_dashboard_keeps_a_button_by_which_it_is_known_again() -> None:
    assert actions(dashboard_view(shown())) == [General.REFRESH, General.OPEN_HEALTH]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 9, 10, 11, 40, 5000])
async def test_whatever_the_number_of_downloads_and_instances_the_buttons_fit(count: int) -> None:
    apart = [queue(download(instance=one.key, state=State.FAILED), instance=one) for one in many_instances(count)[:40]]

    view = dashboard_view(shown(*many(count, state=State.FAILED)))

    assert_view_fits(view)
    assert_view_fits(dashboard_view(snapshot(*apart)))
    assert len(components_of(view)) == min(count, 10) + (3 if count else 2)


@pytest.mark.parametrize("mark", ["absent", "removing"])
async def test_a_row_that_is_absent_or_on_its_way_out_cannot_be_pressed(mark: str) -> None:
    whole = shown(*many(2), **{mark: frozenset({download(1).key})})
    pages = dashboard_view(whole), page_view(page_of(whole, ALL, 1), whole)

    for view in pages:
        assert [component["disabled"] for component in components_of(view)[:2]] == [True, False]


# The private views


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (10, 1), (11, 2), (995, 100)])
async def test_the_pages_hold_every_download_once_in_order(count: int, pages: int) -> None:
    whole = snapshot(queue(*many(count)), *(queue(instance=each) for each in many_instances(50)))

    found = [page_of(whole, ALL, number) for number in range(1, pages + 1)]

    assert [row for page in found for row in page.rows] == all_rows(whole)
    assert {(page.pages, page.total) for page in found} == {(pages, count)}
    assert [page.first for page in found] == [number * 10 + 1 for number in range(pages)]
    for page in (found[0], found[-1]):
        assert_view_fits(page_view(page, whole))
        assert_embed_fits(page_embed(page, whole))


@pytest.mark.parametrize(("asked", "got"), [(-5, 1), (0, 1), (1, 1), (3, 3), (4, 3), (999_999, 3)])
def test_a_page_that_is_not_there_is_the_nearest_one(asked: int, got: int) -> None:
    page = page_of(shown(*many(25)), ALL, asked)

    assert (page.number, page.first, len(page.rows)) == (got, got * 10 - 9, 5 if got == 3 else 10)


@pytest.mark.parametrize(
    ("filter", "ids"),
    [
        (ALL, [("radarr", 1), ("radarr", 2), ("sonarr", 3), ("sonarr", 4)]),
        (ATTENTION, [("radarr", 2), ("sonarr", 4)]),
        ("radarr", [("radarr", 1), ("radarr", 2)]),
        ("sonarr", [("sonarr", 3), ("sonarr", 4)]),
        ("radarr-4k", []),
    ],
)
def test_a_filter_lets_through_what_it_names(filter: str, ids: list[tuple[str, int]]) -> None:
    whole = snapshot(
        queue(download(1), download(2, state=State.FAILED)),
        queue(download(3, instance="sonarr"), download(4, instance="sonarr", lasts=LONG)),
    )

    assert sorted((row.key.instance, row.queue_id) for row in page_of(whole, filter, 1).rows) == ids


# The form of one removal


def form_of(subject: Download, of: Instance = RADARR) -> ui.Modal:
    return removal_form(subject, of, shown(subject))


def text_of(form: ui.Modal) -> str:
    return "\n".join(component["content"] for component in walked(form) if "content" in component)


def choice_of(form: ui.Modal) -> Json:
    (radio,) = [component for component in walked(form) if component["type"] == RADIO]
    return radio


KINDS: dict[str, Download] = {
    "film": download(),
    "pack": pack(),
    "pending": waiting(),
    "for import": download(state=State.IMPORT_BLOCKED, reasons=(BY_ID,)),
    "unknown": download(grabbed_by_app=False, parsed=False),
    "nameless": download(media=Media(), release="\u200b"),
    "no size": download(size=0, remaining=0, state=State.METADATA),
    "many reasons": download(state=State.IMPORT_BLOCKED, reasons=tuple(f"{n} " + "W" * 400 for n in range(50))),
    **{f"{state}": download(state=state, reasons=("The reason",)) for state in State},
    **{f"{state} for long": download(state=state, reasons=("The reason",), lasts=LONG) for state in State},
}


@pytest.mark.parametrize("kind", KINDS)
async def test_the_form_of_every_kind_of_download_fits_and_has_its_likely_mode_selected(kind: str) -> None:
    form = form_of(KINDS[kind], LONGEST_INSTANCE)
    options = choice_of(form)["options"]
    (selected,) = [option["value"] for option in options if option["default"]]

    assert_form_fits(form)
    assert selected == (likely_mode(KINDS[kind], AT, STALLED_AFTER) or options[-1]["value"])
    assert options[-1]["value"] not in set(RemovalMode)
    keeping = {"pending": "grab", "for import": "import"}
    assert kind not in keeping or (options[0]["value"] == keeping[kind] != selected)


async def test_every_combination_of_what_can_be_done_fits() -> None:
    for grabbed, parsed, category, pending in product((True, False), repeat=4):
        subject = download(grabbed_by_app=grabbed, parsed=parsed, can_change_category=category, pending=pending)
        form = form_of(subject)
        assert_form_fits(form)
        values = [option["value"] for option in choice_of(form)["options"]]
        assert values[:-1] == list(modes_for(subject))


async def test_the_form_names_its_instance_and_carries_the_download() -> None:
    subject = download(17, instance="radarr-4k")
    form = form_of(subject, LONGEST_INSTANCE)

    assert form.title.endswith(LONGEST_INSTANCE.label)
    assert action_from(form.custom_id) == Remove(target_of(subject))


QUEUE_PAGE = "https://radarr.example.org/activity/queue"


@pytest.mark.parametrize(("state", "linked"), [(State.IMPORT_BLOCKED, True), (State.DOWNLOADING, False)])
async def test_what_a_person_decides_in_the_app_has_a_link_there(state: State, linked: bool) -> None:
    subject = download(state=state)
    form = removal_form(subject, RADARR, shown(subject), QUEUE_PAGE)

    assert (QUEUE_PAGE in text_of(form)) is linked
    assert "http" not in text_of(form_of(subject))


@pytest.mark.parametrize("status", RemovalStatus)
def test_only_an_answer_that_asks_for_a_decision_in_the_app_has_a_link_there(status: RemovalStatus) -> None:
    asks = status in (RemovalStatus.FAILED, RemovalStatus.IMPOSSIBLE)
    among_others = clean_up_text([result(status), result(RemovalStatus.DONE, "Another")], 2)

    assert (QUEUE_PAGE in removal_text(result(status), QUEUE_PAGE)) is asks
    assert "http" not in removal_text(result(status))
    assert "A Film (2024)" in among_others or numbers(among_others.partition("\n")[0]) == [2, 2, 1, 1]


# Clean up


def clean_up_of(*downloads: Download) -> ui.Modal:
    return clean_up_form(downloads, shown(*downloads))


def boxes(form: ui.Modal) -> list[Json]:
    return [option for component in walked(form) if component["type"] == BOXES for option in component["options"]]


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 19, 20, 21, 34, 5000])
async def test_the_form_holds_the_first_twenty_and_says_so(count: int) -> None:
    form = clean_up_of(*many(count, state=State.FAILED))

    assert_form_fits(form)
    assert len(boxes(form)) == min(count, CLEAN_UP_LIMIT) <= 20
    assert numbers(text_of(form)) == ([20, count] if count > 20 else [])


async def test_a_box_that_is_not_ticked_says_why() -> None:
    away = queue(download(1, state=State.FAILED), incomplete=IncompleteReason.CLIENT_AWAY)
    others = queue(
        download(2, instance="sonarr", state=State.IMPORT_BLOCKED),
        download(3, instance="sonarr", warned=True),
        download(4, instance="sonarr", state=State.FAILED, grabbed_by_app=False),
    )
    whole = snapshot(away, others)

    descriptions = [box["description"] for box in boxes(clean_up_form((*away.downloads, *others.downloads), whole))]

    assert [text.partition(" · ")[0] for text in descriptions] == [
        "may be outdated",
        "complete",
        "may still finish",
        "not grabbed by the app",
    ]


async def test_boxes_of_one_title_have_their_release_names() -> None:
    same = [download(id, media=Media(movie=7), state=State.FAILED) for id in (1, 2)]

    labels = [box["label"] for box in boxes(clean_up_of(*same, download(3, state=State.FAILED)))]

    assert labels == [same[0].release, same[1].release, "Some Film 3 (2024)"]


def result(status: RemovalStatus, name: str = "A Film (2024)", problem: str = "could not do it") -> RemovalResult:
    return RemovalResult(status, RemovalMode.BLOCK_AND_SEARCH, "Radarr", name, problem)


@pytest.mark.parametrize("name", ["W" * 450, "*" * 450, "A Film (2024)"])
@pytest.mark.parametrize("problem", ["could not do it", "x" * 200])
@pytest.mark.parametrize("failures", [1, 10, 20])
def test_the_answer_of_clean_up_hides_no_failure_and_fits_into_a_message(
    name: str, problem: str, failures: int
) -> None:
    results = [
        *(result(RemovalStatus.FAILED, f"{n:02}{name}", problem) for n in range(failures)),
        *(result(RemovalStatus.DONE, name) for _ in range(20 - failures)),
    ]

    for order in (results, results[::-1]):
        text = clean_up_text(order, 20)
        assert len(text) <= 2000
        assert numbers(text.partition("\n")[0]) == [20, 20, 20 - failures]
        assert all(f"**{n:02}" in text for n in range(failures))
        assert text.count(problem) == 1


def test_failures_of_twenty_kinds_are_at_least_counted() -> None:
    text = clean_up_text([result(RemovalStatus.FAILED, "W" * 450, f"{n} " + "x" * 190) for n in range(20)], 20)

    named, (rest,) = text.count("\u26a0\ufe0f **"), numbers(text.rpartition("\n")[2])
    assert len(text) <= 2000 and named + rest == 20


@pytest.mark.parametrize(("problem", "end"), [("is away", "is away. T"), ("is away. Is it on?", "on? T")])
def test_a_problem_keeps_its_own_mark_at_its_end(problem: str, end: str) -> None:
    assert end in removal_text(result(RemovalStatus.FAILED, problem=problem))


def sent(how: object, *groups: Sequence[object]) -> Json:
    """The data of a sent form, as Discord's gateway brings it."""
    parts: list[Json] = [{"type": 10, "id": 1}]
    parts += [
        {"type": 18, "component": {"type": BOXES, "custom_id": f"which-{number}", "values": list(values)}}
        for number, values in enumerate(groups, 1)
    ]
    return {"components": [*parts, {"type": 18, "component": {"type": RADIO, "custom_id": "how", "value": how}}]}


@pytest.mark.parametrize("mode", RemovalMode)
async def test_what_was_ticked_and_the_chosen_mode_come_back(mode: RemovalMode) -> None:
    downloads = many(12, state=State.FAILED)
    form = clean_up_of(*downloads)
    values = [box["value"] for box in boxes(form)]
    data = sent(mode.value, values[:10], values[10:])

    assert (chosen_mode(data), chosen_downloads(data)) == (mode, tuple(map(target_of, downloads)))
    assert action_from(form.custom_id) == General.CLEAN_UP


# Forged forms

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("9" * 5000),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
IDS = st.sampled_from(["how", "which-1", "which-2"]) | JUNK
COMPONENTS = JUNK | st.fixed_dictionaries({}, optional={"custom_id": IDS, "value": JUNK, "values": JUNK})
FORMS = st.fixed_dictionaries(
    {}, optional={"components": JUNK | st.lists(JUNK | st.fixed_dictionaries({"component": COMPONENTS}))}
)


@STABLE
@given(FORMS)
def test_a_forged_form_of_any_shape_chooses_nothing(data: dict[str, Any]) -> None:
    assert chosen_mode(data) is None
    assert chosen_downloads(data) == ()


@STABLE
@given(JUNK)
def test_a_menu_with_a_forged_value_chooses_only_strings(values: object) -> None:
    assert all(isinstance(value, str) for value in strings(values))


def test_no_more_is_taken_from_a_form_than_it_can_hold() -> None:
    values = [f"radarr:{id:012}:{id:012}" for id in range(1, 100)]

    assert len(chosen_downloads(sent("remove", values, values))) == CLEAN_UP_LIMIT


# Nobody keeps them


async def test_every_view_and_form_is_over_before_it_is_sent_so_that_discord_py_keeps_nothing() -> None:
    whole = shown(*many(5, state=State.FAILED))
    made: list[ui.View | ui.Modal] = [
        dashboard_view(whole),
        dashboard_view(shown()),
        dashboard_view(whole, disabled=True),
        page_view(page_of(whole, ALL, 1), whole),
        form_of(download()),
        clean_up_of(*many(25, state=State.FAILED)),
    ]

    assert [one.is_finished() for one in made] == [True] * len(made)
