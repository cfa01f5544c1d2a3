"""Buttons and forms are what Discord takes, say what happens, and are kept by nobody."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.model.download import Download, DownloadKey, Media, State
from discarr.model.instance import Instance, Service
from discarr.model.ordering import all_rows, top_rows
from discarr.model.queue import IncompleteReason, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus, likely_mode, modes_for
from discarr.view.browser import page_embed, page_of
from discarr.view.buttons import dashboard_view, page_view
from discarr.view.custom_ids import (
    ALL,
    ATTENTION,
    HEALTH,
    Action,
    AskRemove,
    Browse,
    General,
    Remove,
    action_from,
    target_of,
)
from discarr.view.modals import CLEAN_UP_LIMIT, chosen_downloads, chosen_mode, clean_up_form, removal_form, strings
from discarr.view.removal_text import clean_up_text, removal_text
from discarr.view.row import WORDS
from discarr.view.text import clock_time, counted
from tests.approved import approved
from tests.support.builders import (
    AT,
    HOSTILE,
    LONGEST_INSTANCE,
    NOW,
    OUTAGE,
    RADARR,
    SONARR,
    STALLED_AFTER,
    download,
    instance,
    many_instances,
    pack,
    queue,
    snapshot,
    waiting,
    worst,
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


def actions(view: ui.View) -> list[Action | None]:
    return [action_from(component["custom_id"]) for component in components_of(view)]


def shown(*downloads: Download, **changes: Any) -> Snapshot:
    return snapshot(queue(*downloads, **changes))


def many(count: int, **changes: Any) -> list[Download]:
    return [download(id, **changes) for id in range(1, count + 1)]


# The dashboard's buttons


async def test_each_row_has_its_button_in_order_and_below_them_stands_what_concerns_all() -> None:
    view = dashboard_view(shown(*many(33), download(99, state=State.FAILED)))

    assert [[numbers(component["label"]) for component in row] for row in rows_of(view)] == [
        [[1], [2], [3], [4]],
        [[5], [6], [7], [8]],
        [[9], [10]],
        [[34], [], [1]],
    ]
    assert actions(view)[10:] == [General.OPEN_BROWSER, General.REFRESH, General.ASK_CLEAN_UP]


async def test_a_button_removes_what_its_row_shows() -> None:
    whole = snapshot(queue(*many(14)), queue(pack(7), download(50, instance="sonarr")))

    assert actions(dashboard_view(whole))[:10] == [AskRemove(target_of(row)) for row in top_rows(whole)]


async def test_an_empty_dashboard_keeps_a_button_by_which_it_is_known_again() -> None:
    assert actions(dashboard_view(shown())) == [General.REFRESH, General.OPEN_HEALTH]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 9, 10, 11, 5000])
async def test_whatever_the_number_of_downloads_the_buttons_fit(count: int) -> None:
    view = dashboard_view(shown(*many(count, state=State.FAILED)))

    assert_view_fits(view)
    assert len(components_of(view)) == min(count, 10) + (3 if count else 2)


@pytest.mark.parametrize("count", [2, 10, 12, 20, 40])
async def test_whatever_the_number_of_instances_the_buttons_fit(count: int) -> None:
    queues = [
        queue(worst(1, "x", state=State.FAILED, key=DownloadKey(one.key, "1")), instance=one)
        for one in many_instances(count)
    ]

    view = dashboard_view(snapshot(*queues))

    assert_view_fits(view)
    assert len([action for action in actions(view) if isinstance(action, AskRemove)]) == min(count, 10)


@pytest.mark.parametrize("disabled", [True, False])
async def test_all_buttons_are_disabled_together_at_the_end(disabled: bool) -> None:
    view = dashboard_view(shown(download(), download(2, state=State.FAILED)), disabled=disabled)

    assert {component["disabled"] for component in components_of(view)} == {disabled}


@pytest.mark.parametrize("mark", ["absent", "removing"])
async def test_a_row_that_is_absent_or_on_its_way_out_cannot_be_pressed(mark: str) -> None:
    whole = shown(*many(2), **{mark: frozenset({download(1).key})})
    pages = dashboard_view(whole), page_view(page_of(whole, ALL, 1), whole)

    for view in pages:
        assert [component["disabled"] for component in components_of(view)[:2]] == [True, False]


# The private views


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (10, 1), (11, 2), (995, 100)])
async def test_the_pages_hold_every_download_once_in_order(count: int, pages: int) -> None:
    whole = shown(*many(count))

    found = [page_of(whole, ALL, number) for number in range(1, pages + 1)]

    assert [row for page in found for row in page.rows] == all_rows(whole)
    assert {(page.pages, page.total) for page in found} == {(pages, count)}
    for page in found:
        assert_view_fits(page_view(page, whole))


async def test_five_thousand_downloads_have_five_hundred_pages() -> None:
    whole = shown(*many(5000))
    page = page_of(whole, ALL, 500)

    assert (page.pages, page.first, page.rows) == (500, 4991, tuple(all_rows(whole)[4990:]))
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


async def test_the_rows_of_a_page_are_numbered_on_and_have_their_buttons() -> None:
    whole = shown(*many(25))
    page = page_of(whole, ALL, 3)
    view = page_view(page, whole)

    assert [numbers(label) for label in labels(view)] == [[21], [22], [23], [24], [25], [], [], []]
    turns = [Browse(ALL, number) for number in (2, 3, 4)]
    assert actions(view) == [*(AskRemove(target_of(row)) for row in page.rows), *turns, General.CHOOSE_FILTER]
    assert f"**21** {whole.title(page.rows[0])}" in (page_embed(page, whole).description or "")


@pytest.mark.parametrize(("number", "back", "on"), [(1, False, True), (2, True, True), (3, True, False)])
async def test_nobody_can_turn_beyond_the_pages(number: int, back: bool, on: bool) -> None:
    whole = shown(*many(25))
    view = page_view(page_of(whole, ALL, number), whole)
    can = [not one["disabled"] for one in components_of(view) if one["type"] == BUTTON]

    assert can[-3:] == [back, True, on]


@pytest.mark.parametrize("filter", [ALL, ATTENTION, "radarr", "sonarr"])
async def test_the_menu_shows_what_is_chosen(filter: str) -> None:
    whole = snapshot(queue(download()), queue(instance=SONARR))
    (menu,) = rows_of(page_view(page_of(whole, filter, 1), whole))[-1]

    assert [option["value"] for option in menu["options"]] == [ALL, ATTENTION, HEALTH, "radarr", "sonarr"]
    assert [option["value"] for option in menu["options"] if option["default"]] == [filter]


async def test_fifty_instances_do_not_break_the_menu() -> None:
    whole = snapshot(*(queue(instance=each) for each in many_instances(50)))

    assert_view_fits(page_view(page_of(whole, ALL, 1), whole))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("state", [State.DOWNLOADING, State.FAILED_FOREIGN])
async def test_a_page_of_the_worst_rows_fits(text: str, state: State) -> None:
    rows = [worst(id, text, key=DownloadKey(LONGEST_INSTANCE.key, f"{id}"), state=state) for id in range(1, 40)]
    trouble = OUTAGE if state is State.DOWNLOADING else None
    whole = snapshot(queue(*rows, instance=LONGEST_INSTANCE, outage=trouble), queue())

    assert_embed_fits(page_embed(page_of(whole, ALL, 2), whole))


def test_a_page_says_how_old_its_data_is() -> None:
    at = NOW.replace(minute=53, hour=11)
    whole = shown(download(), read_at=at)
    (field,) = page_embed(page_of(whole, ALL, 1), whole).fields

    assert clock_time(at) in (field.value or "")


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
    "unknown": download(grabbed_by_app=False, parsed=False),
    "nameless": download(media=Media(), release="\u200b"),
    "no size": download(size=0, remaining=0, state=State.METADATA),
    "many reasons": download(state=State.IMPORT_BLOCKED, reasons=tuple(f"{n} " + "W" * 400 for n in range(50))),
    **{f"{state}": download(state=state, reasons=("The reason",)) for state in State},
    **{f"{state} for long": download(state=state, reasons=("The reason",), lasts=LONG) for state in State},
    **{f"hostile {name}": worst(1, text, state=State.FAILED) for name, text in HOSTILE.items()},
}


@pytest.mark.parametrize("kind", KINDS)
async def test_the_form_of_every_kind_of_download_fits_and_has_its_likely_mode_selected(kind: str) -> None:
    form = form_of(KINDS[kind], LONGEST_INSTANCE)
    options = choice_of(form)["options"]
    (selected,) = [option["value"] for option in options if option["default"]]

    assert_form_fits(form)
    assert selected == (likely_mode(KINDS[kind], AT, STALLED_AFTER) or options[-1]["value"])
    assert options[-1]["value"] not in set(RemovalMode)


async def test_every_combination_of_what_can_be_done_fits() -> None:
    for grabbed, parsed, category, pending in product((True, False), repeat=4):
        subject = download(grabbed_by_app=grabbed, parsed=parsed, can_change_category=category, pending=pending)
        form = form_of(subject)
        assert_form_fits(form)
        values = [option["value"] for option in choice_of(form)["options"]]
        assert values[:-1] == list(modes_for(subject))


async def test_the_form_names_the_download_its_size_and_where_it_is() -> None:
    form = form_of(download(size=18_400_000_000), instance("radarr-4k"))
    text = "\n".join([form.title, text_of(form)])

    for part in ("**Some Film 1 (2024)**", "17 GiB", "Radarr 4k", "Some.Film.1.2024.1080p", "WEBDL"):
        assert text.count(part) == 1


async def test_the_form_has_all_reasons_where_there_are_several() -> None:
    text = text_of(form_of(download(state=State.IMPORT_BLOCKED, reasons=("The first", "The second", "A third"))))

    assert all(reason in text for reason in ("The first", "The second", "A third"))


async def test_the_form_of_a_pack_says_that_all_its_episodes_go() -> None:
    assert counted(10, "episode") in text_of(form_of(pack(), SONARR))
    for alone in (pack(episodes=1), download()):
        assert "episode" not in text_of(form_of(alone))


@pytest.mark.parametrize(("where", "app"), [("radarr", "Radarr"), ("sonarr-4k", "Sonarr")])
async def test_the_form_warns_of_what_may_belong_to_somebody_else(where: str, app: str) -> None:
    *usual, more = text_of(form_of(download(grabbed_by_app=False), instance(where))).split("\n")

    assert more == approved("form/not-grabbed").split("\n")[len(usual) + 1].replace("Radarr", app)
    assert usual == text_of(form_of(download(), instance(where))).split("\n")


async def test_no_two_modes_are_described_in_the_same_words() -> None:
    for subject in (download(), waiting()):
        options = choice_of(form_of(subject))["options"]
        assert len({option["label"] for option in options}) == len(options)
        assert len({option["description"] for option in options}) == len(options)


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

    assert (QUEUE_PAGE in removal_text(result(status), QUEUE_PAGE)) is asks
    assert "http" not in removal_text(result(status))


async def test_the_form_carries_what_it_named() -> None:
    subject = download(17, instance="radarr-4k")

    assert action_from(form_of(subject).custom_id) == Remove(target_of(subject))


async def test_the_longest_instance_name_fits_the_title() -> None:
    form = form_of(download(), Instance("sonarr-" + "w" * 24, Service.SONARR))

    assert form.title.endswith("Sonarr " + "w" * 24)


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


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_a_form_of_the_worst_fits(text: str) -> None:
    keys = [DownloadKey(LONGEST_INSTANCE.key, f"{id}") for id in range(1, 41)]
    form = clean_up_of(*(worst(1, text, key=key, state=State.FAILED) for key in keys))

    assert_form_fits(form)
    assert all("://" not in box["description"] and "/data" not in box["description"] for box in boxes(form))


async def test_each_box_names_its_download_and_why_it_is_there() -> None:
    failed = download(release="Dune *2* (2024)", media=Media(), state=State.FAILED, reasons=("The reason",))
    foreign, stuck = download(2, grabbed_by_app=False, warned=True), download(3, state=State.FINISHING, lasts=2 * LONG)

    first, second, third = boxes(clean_up_of(failed, foreign, stuck))

    assert first["label"] == "Dune *2* (2024)"
    assert WORDS[State.FAILED] in first["description"] and "The reason" in first["description"]
    assert "not grabbed" in second["description"]
    assert WORDS[State.FINISHING] in third["description"] and "2 h" in third["description"]
    assert [box["default"] for box in (first, second, third)] == [True, False, False]


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


@pytest.mark.parametrize("status", RemovalStatus)
def test_every_result_is_in_the_answer_of_clean_up(status: RemovalStatus) -> None:
    text = clean_up_text([result(status), result(RemovalStatus.DONE, "Another")], 2)

    assert "A Film (2024)" in text or numbers(text.partition("\n")[0]) == [2, 2, 1, 1]


def sent(how: object, *groups: Sequence[object]) -> Json:
    """The data of a sent form, as Discord's gateway brings it."""
    parts: list[Json] = [{"type": 10, "id": 1}]
    parts += [
        {"type": 18, "component": {"type": BOXES, "custom_id": f"which-{number}", "values": list(values)}}
        for number, values in enumerate(groups, 1)
    ]
    return {"components": [*parts, {"type": 18, "component": {"type": RADIO, "custom_id": "how", "value": how}}]}


async def test_what_was_ticked_comes_back() -> None:
    downloads = many(12, state=State.FAILED)
    values = [box["value"] for box in boxes(clean_up_of(*downloads))]

    assert chosen_downloads(sent("search", values[:10], values[10:])) == tuple(map(target_of, downloads))


@pytest.mark.parametrize("mode", RemovalMode)
def test_the_chosen_mode_comes_back(mode: RemovalMode) -> None:
    assert chosen_mode(sent(mode.value)) is mode


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


@pytest.mark.parametrize("how", ["leave", "", "explode", "REMOVE", "remove ", None, 1, True, ["remove"], {"remove": 1}])
def test_a_mode_that_is_none_of_ours_leaves_alone(how: object) -> None:
    assert chosen_mode(sent(how)) is None


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


async def test_the_sent_form_of_many_means_what_it_says() -> None:
    assert action_from(clean_up_of(*many(1, state=State.FAILED)).custom_id) == General.CLEAN_UP
