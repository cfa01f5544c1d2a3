"""Buttons and forms are what Discord takes, say what happens, and are kept by nobody."""

import re
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.demo.discord import Wire
from discarr.model.download import Download, Media, State
from discarr.model.ordering import CLEAN_UP_LIMIT, all_rows, top_rows
from discarr.model.queue import IncompleteReason, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus
from discarr.view.browser import page_embed, page_of
from discarr.view.buttons import dashboard_view, page_view
from discarr.view.custom_ids import ALL, AskRemove, ComponentAction, General, action_from, target_of
from discarr.view.modals import chosen_downloads, chosen_mode, clean_up_form, removal_form, strings
from discarr.view.removal_text import clean_up_text, removal_text
from tests.support.builders import RADARR, download, many_instances, queue, snapshot
from tests.support.limits import BOXES, assert_embed_fits, assert_form_fits, assert_view_fits, components_of, walked


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def actions(view: ui.View) -> list[ComponentAction | None]:
    return [action_from(component["custom_id"]) for component in components_of(view)]


def shown(*downloads: Download, **changes: Any) -> Snapshot:
    return snapshot(queue(*downloads, **changes))


def many(count: int, **changes: Any) -> list[Download]:
    return [download(id, **changes) for id in range(1, count + 1)]


async def test_each_row_has_its_button_in_order_and_below_them_stands_what_concerns_all() -> None:
    whole = shown(*many(33), download(99, state=State.FAILED))
    view = dashboard_view(whole)

    assert [len(row["components"]) for row in view.to_components()] == [4, 4, 2, 3]
    labels = [component["label"] for component in components_of(view)]
    assert list(map(numbers, labels)) == [*([number] for number in range(1, 11)), [34], [], [1]]
    assert actions(view)[:10] == [AskRemove(target_of(row)) for row in top_rows(whole)]
    assert actions(view)[10:] == [General.OPEN_BROWSER, General.REFRESH, General.ASK_CLEAN_UP]


@pytest.mark.parametrize("mark", ["absent", "removing", "importing"])
async def test_what_is_absent_leaving_or_being_imported_cannot_be_pressed(mark: str) -> None:
    whole = shown(*many(2), **{mark: frozenset({download(1).key})})
    for view in dashboard_view(whole), page_view(page_of(whole, ALL, 1), whole):
        assert [component["disabled"] for component in components_of(view)[:2]] == [True, False]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (10, 1), (11, 2), (995, 100)])
async def test_pages_hold_every_download_once_and_one_that_is_not_there_is_the_nearest(count: int, pages: int) -> None:
    whole = snapshot(queue(*many(count)), *(queue(instance=each) for each in many_instances(50)))

    found = [page_of(whole, ALL, number) for number in range(1, pages + 1)]

    assert [page_of(whole, ALL, number) for number in (-5, 0, 999_999)] == [found[0], found[0], found[-1]]
    assert [row for page in found for row in page.rows] == list(all_rows(whole.queues))
    assert {(page.pages, page.total) for page in found} == {(pages, count)}
    assert [page.first for page in found] == [number * 10 + 1 for number in range(pages)]
    for page in (found[0], found[-1]):
        view = page_view(page, whole)
        assert actions(view)[: len(page.rows)] == [AskRemove(target_of(row)) for row in page.rows]
        back, reload, on = (component["disabled"] for component in components_of(view)[-4:-1])
        assert (back, reload, on) == (page.number == 1, False, page.number == pages)
        assert_view_fits(view)
        assert_embed_fits(page_embed(page, whole))


def text_of(form: ui.Modal) -> str:
    return "\n".join(component["content"] for component in walked(form) if "content" in component)


QUEUE_PAGE = "https://radarr.example.org/activity/queue"


@pytest.mark.parametrize(("state", "linked"), [(State.IMPORT_BLOCKED, True), (State.DOWNLOADING, False)])
async def test_what_a_person_decides_in_the_app_has_a_link_there(state: State, linked: bool) -> None:
    subject = download(state=state)

    assert (QUEUE_PAGE in text_of(removal_form(subject, RADARR, shown(subject), QUEUE_PAGE))) is linked
    assert "http" not in text_of(removal_form(subject, RADARR, shown(subject)))


@pytest.mark.parametrize("status", RemovalStatus)
def test_only_an_answer_that_asks_for_a_decision_in_the_app_has_a_link_there(status: RemovalStatus) -> None:
    asks = status in (RemovalStatus.FAILED, RemovalStatus.IMPOSSIBLE)

    assert (QUEUE_PAGE in removal_text(result(status), QUEUE_PAGE)) is asks
    assert "http" not in removal_text(result(status))
    among_others = clean_up_text([result(status), result(RemovalStatus.DONE, "Another")], 2)
    assert ("A Film (2024)" in among_others) is (status is not RemovalStatus.GONE)


def boxes(form: ui.Modal) -> list[Wire]:
    return [option for component in walked(form) if component["type"] == BOXES for option in component["options"]]


@pytest.mark.parametrize("count", [1, 20, 21, 5000])
async def test_the_form_holds_the_first_twenty_and_says_so(count: int) -> None:
    downloads = many(count, state=State.FAILED)
    form = clean_up_form(downloads, shown(*downloads))

    assert_form_fits(form)
    assert len(boxes(form)) == min(count, CLEAN_UP_LIMIT) <= 20
    assert numbers(text_of(form)) == ([20, count] if count > 20 else [])


async def test_a_box_says_why_it_is_not_ticked_and_has_its_release_name_if_another_has_its_title() -> None:
    away = queue(download(1, state=State.FAILED), incomplete=IncompleteReason.CLIENT_AWAY)
    others = [
        download(2, instance="sonarr", state=State.IMPORT_BLOCKED),
        download(3, instance="sonarr", warned=True),
        download(4, instance="sonarr", media=Media(movie=3), state=State.FAILED, grabbed_by_app=False),
    ]
    found = boxes(clean_up_form((*away.downloads, *others), snapshot(away, queue(*others))))

    reasons = [box["description"].partition(" · ")[0] for box in found]
    assert reasons == ["may be outdated", "complete", "may still finish", "not grabbed by the app"]
    releases = [other.release for other in others[1:]]
    assert [box["label"] for box in found] == ["Some Film 1 (2024)", "Some Film 2 (2024)", *releases]


def result(status: RemovalStatus, name: str = "A Film (2024)", problem: str = "could not do it") -> RemovalResult:
    return RemovalResult(status, RemovalMode.BLOCK_AND_SEARCH, "Radarr", name, problem)


@pytest.mark.parametrize("name", ["W" * 450, "*" * 450, "A Film (2024)"])
@pytest.mark.parametrize("problem", ["could not do it", "x" * 200])
@pytest.mark.parametrize("failures", [1, 10, 20])
def test_the_answer_of_clean_up_hides_no_failure_and_fits(name: str, problem: str, failures: int) -> None:
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


@settings(max_examples=200)
@given(FORMS, JUNK)
def test_a_forged_form_of_any_shape_chooses_nothing_and_a_menu_only_strings(data: dict[str, Any], menu: object) -> None:
    assert chosen_mode(data) is None
    assert chosen_downloads(data) == ()
    assert all(isinstance(value, str) for value in strings(menu))


def test_no_more_is_taken_from_a_form_than_it_can_hold() -> None:
    groups = {id: [f"{id}:{number:012}:{number:012}:0" for number in range(1, 100)] for id in ("which-1", "which-2")}
    components = [{"component": {"custom_id": id, "values": values}} for id, values in groups.items()]

    assert len(chosen_downloads({"components": components})) == CLEAN_UP_LIMIT
