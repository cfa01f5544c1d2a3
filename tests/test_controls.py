"""Buttons and forms are what Discord takes, say what happens, and are kept by nobody."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from discord import ui

from discarr.model.ordering import needing_decision, ordered, top_rows
from discarr.model.queue import Download, DownloadRef, Instance, Service, Snapshot, State
from discarr.model.removal_mode import Removal, likely_removal, removals_for
from discarr.view.browser import page_embed, page_of
from discarr.view.buttons import dashboard_view, page_view
from discarr.view.custom_ids import (
    ALL,
    ATTENTION,
    Action,
    AskCleanUp,
    AskRemove,
    Browse,
    ChooseFilter,
    CleanUp,
    OpenBrowser,
    Refresh,
    Remove,
    action_from,
    fingerprint,
)
from discarr.view.modals import CLEAN_UP_LIMIT, chosen_downloads, chosen_removal, clean_up_form, removal_form
from discarr.view.row import LOOKS
from discarr.view.text import amount, clock_time, counted
from tests.approved import approved
from tests.builders import (
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
from tests.test_embed import assert_fits

BUTTON, MENU, RADIO, BOXES = 2, 3, 21, 22
"""Discord's numbers of these components."""

Json = dict[str, Any]


def rows_of(view: ui.View) -> list[list[Json]]:
    return [row["components"] for row in view.to_components()]


def components(view: ui.View) -> list[Json]:
    return [component for row in rows_of(view) for component in row]


def labels(view: ui.View) -> list[str]:
    return [component["label"] for component in components(view) if component["type"] == BUTTON]


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def actions(view: ui.View) -> list[Action | None]:
    return [action_from(component["custom_id"]) for component in components(view)]


def shown(*downloads: Download, **changes: Any) -> Snapshot:
    return snapshot(queue(*downloads, **changes))


def assert_fits_message(view: ui.View) -> None:
    rows = rows_of(view)
    ids = [component["custom_id"] for component in components(view)]
    assert len(rows) <= 5
    assert all(0 < len(row) <= 5 for row in rows)
    assert len(ids) == len(set(ids))
    assert all(action_from(id) is not None and len(id) <= 100 for id in ids)
    for component in components(view):
        if component["type"] == BUTTON:
            assert 0 < len(component["label"]) <= 80
        else:
            assert component["type"] == MENU and len(rows[-1]) == 1
            assert 0 < len(component["options"]) <= 25
            assert len({option["value"] for option in component["options"]}) == len(component["options"])
            assert all(0 < len(option["label"]) <= 100 for option in component["options"])
            assert sum(option.get("default", False) for option in component["options"]) <= 1


# The dashboard's buttons


async def test_each_row_has_its_button_in_order_and_below_them_stands_what_concerns_all() -> None:
    view = dashboard_view(shown(*(download(id) for id in range(1, 34)), download(99, state=State.FAILED)))

    assert [[numbers(component["label"]) for component in row] for row in rows_of(view)] == [
        [[1], [2], [3], [4], [5]],
        [[6], [7], [8], [9], [10]],
        [[34], [], [1]],
    ]
    assert actions(view)[10:] == [OpenBrowser(), Refresh(), AskCleanUp()]


async def test_a_button_removes_what_its_row_shows() -> None:
    whole = snapshot(queue(*(download(id) for id in range(1, 15))), queue(pack(7), download(50, instance="sonarr")))

    assert actions(dashboard_view(whole))[:10] == [AskRemove(row.ref) for row in top_rows(whole)]


async def test_an_empty_dashboard_keeps_a_button_by_which_it_is_known_again() -> None:
    view = dashboard_view(shown())

    assert actions(view) == [Refresh()]


async def test_cleaning_up_is_offered_only_where_something_needs_it() -> None:
    assert AskCleanUp() not in actions(dashboard_view(shown(download(), download(2, state=State.STALLED))))
    assert AskCleanUp() in actions(dashboard_view(shown(download(stalled_for=timedelta(hours=2)))))
    assert OpenBrowser() in actions(dashboard_view(shown(download())))


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 9, 10, 11, 5000])
async def test_whatever_the_number_of_downloads_the_buttons_fit(count: int) -> None:
    view = dashboard_view(shown(*(download(id, state=State.FAILED) for id in range(1, count + 1))))

    assert_fits_message(view)
    assert len(components(view)) == min(count, 10) + (3 if count else 1)


@pytest.mark.parametrize("count", [2, 10, 12, 20, 40])
async def test_whatever_the_number_of_instances_the_buttons_fit(count: int) -> None:
    queues = [
        queue(worst(1, "x", state=State.FAILED, ref=DownloadRef(one.key, 1)), instance=one)
        for one in many_instances(count)
    ]

    view = dashboard_view(snapshot(*queues))

    assert_fits_message(view)
    assert len([action for action in actions(view) if isinstance(action, AskRemove)]) == min(count, 10)


@pytest.mark.parametrize("disabled", [True, False])
async def test_all_buttons_are_disabled_together_at_the_end(disabled: bool) -> None:
    view = dashboard_view(shown(download(), download(2, state=State.FAILED)), disabled=disabled)

    assert {component["disabled"] for component in components(view)} == {disabled}


async def test_a_row_on_its_way_out_cannot_be_pressed_again() -> None:
    view = dashboard_view(shown(download(1, removing=True), download(2)))

    assert [component["disabled"] for component in components(view)[:2]] == [True, False]


# The private views


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (10, 1), (11, 2), (995, 100)])
async def test_the_pages_hold_every_download_once_in_order(count: int, pages: int) -> None:
    whole = shown(*(download(id) for id in range(1, count + 1)))

    found = [page_of(whole, ALL, number) for number in range(1, pages + 1)]

    assert [row for page in found for row in page.rows] == ordered(whole)
    assert {(page.pages, page.total) for page in found} == {(pages, count)}
    for page in found:
        assert_fits_message(page_view(page, [RADARR]))


async def test_five_thousand_downloads_have_five_hundred_pages() -> None:
    whole = shown(*(download(id) for id in range(1, 5001)))
    page = page_of(whole, ALL, 500)

    assert (page.pages, page.first, [row.ref.id for row in page.rows]) == (500, 4991, list(range(4991, 5001)))
    assert_fits_message(page_view(page, [RADARR]))
    assert_fits(page_embed(page, whole))


@pytest.mark.parametrize(("asked", "got"), [(-5, 1), (0, 1), (1, 1), (3, 3), (4, 3), (999_999, 3)])
def test_a_page_that_is_not_there_is_the_nearest_one(asked: int, got: int) -> None:
    page = page_of(shown(*(download(id) for id in range(1, 26))), ALL, asked)

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
        queue(download(3, instance="sonarr"), download(4, instance="sonarr", stalled_for=timedelta(hours=2))),
    )

    assert sorted((row.ref.instance, row.ref.id) for row in page_of(whole, filter, 1).rows) == ids


async def test_the_rows_of_a_page_are_numbered_on_and_have_their_buttons() -> None:
    whole = shown(*(download(id) for id in range(1, 26)))
    page = page_of(whole, ALL, 3)
    view = page_view(page, [RADARR])

    assert [numbers(label) for label in labels(view)] == [[21], [22], [23], [24], [25], [], [], []]
    turns = [Browse(ALL, number) for number in (2, 3, 4)]
    assert actions(view) == [*(AskRemove(row.ref) for row in page.rows), *turns, ChooseFilter()]
    assert "**21 Some Film 21 (2024)**" in (page_embed(page, whole).description or "")


@pytest.mark.parametrize(("number", "back", "on"), [(1, False, True), (2, True, True), (3, True, False)])
async def test_nobody_can_turn_beyond_the_pages(number: int, back: bool, on: bool) -> None:
    view = page_view(page_of(shown(*(download(id) for id in range(1, 26))), ALL, number), [RADARR])
    can = [not one["disabled"] for one in components(view) if one["type"] == BUTTON]

    assert can[-3:] == [back, True, on]


@pytest.mark.parametrize("filter", [ALL, ATTENTION, "radarr", "sonarr"])
async def test_the_menu_shows_what_is_chosen(filter: str) -> None:
    (menu,) = rows_of(page_view(page_of(shown(download()), filter, 1), [RADARR, SONARR]))[-1]

    assert [option["value"] for option in menu["options"]] == [ALL, ATTENTION, "radarr", "sonarr"]
    assert [option["value"] for option in menu["options"] if option["default"]] == [filter]


async def test_fifty_instances_do_not_break_the_menu() -> None:
    assert_fits_message(page_view(page_of(shown(download()), ALL, 1), many_instances(50)))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("state", [State.DOWNLOADING, State.FAILED_FOREIGN])
async def test_a_page_of_the_worst_rows_fits(text: str, state: State) -> None:
    rows = [worst(id, HOSTILE[text], state=state) for id in range(1, 40)]
    trouble = OUTAGE if state is State.DOWNLOADING else None
    whole = snapshot(queue(*rows, instance=LONGEST_INSTANCE, outage=trouble), queue())

    assert_fits(page_embed(page_of(whole, ALL, 2), whole))


def test_a_page_says_how_old_its_data_is_and_what_is_wrong() -> None:
    whole = shown(download(), read_at=NOW - timedelta(minutes=7), outage=OUTAGE)
    (field,) = page_embed(page_of(whole, ALL, 1), whole).fields

    assert clock_time(NOW - timedelta(minutes=7)) in (field.value or "")
    assert OUTAGE.sentence in (field.value or "")


# The form of one removal


def walked(form: ui.Modal) -> Iterator[Json]:
    """All components of a form, also those inside of its labels."""
    for component in form.to_dict()["components"]:
        yield component
        if "component" in component:
            yield component["component"]


def text_of(form: ui.Modal) -> str:
    return "\n".join(component["content"] for component in walked(form) if "content" in component)


def choice_of(form: ui.Modal) -> Json:
    (radio,) = [component for component in walked(form) if component["type"] == RADIO]
    return radio


def assert_fits_form(form: ui.Modal) -> None:
    made = form.to_dict()
    assert 0 < len(made["title"]) <= 45
    assert len(made["custom_id"]) <= 100 and action_from(made["custom_id"]) is not None
    assert 0 < len(made["components"]) <= 5
    assert sum(len(component.get("content", "")) for component in walked(form)) <= 4000
    ids = [component["custom_id"] for component in walked(form) if "custom_id" in component]
    assert len(ids) == len(set(ids))
    for component in walked(form):
        if "label" in component:
            assert 0 < len(component["label"]) <= 45
            assert len(component.get("description") or "") <= 100
        if "options" in component:
            assert_fits_options(component)


def assert_fits_options(component: Json) -> None:
    options: list[Json] = component["options"]
    assert (2 if component["type"] == RADIO else 1) <= len(options) <= 10
    assert len({option["value"] for option in options}) == len(options)
    for option in options:
        assert 0 < len(option["label"]) <= 100
        assert 0 < len(option["value"]) <= 100
        assert len(option.get("description") or "") <= 100
        option["label"].encode()
    if component["type"] == RADIO:
        assert sum(option.get("default", False) for option in options) == 1


KINDS: dict[str, Download] = {
    "film": download(),
    "pack": pack(),
    "pending": waiting(),
    "unknown": download(grabbed_by_app=False, parsed=False),
    "nameless": download(name="", release="\u200b"),
    "no size": download(size=0, remaining=0, state=State.METADATA),
    **{f"{state}": download(state=state, reason="The reason") for state in State},
    **{f"hostile {name}": worst(1, text, state=State.FAILED) for name, text in HOSTILE.items()},
}


@pytest.mark.parametrize("kind", KINDS)
async def test_the_form_of_every_kind_of_download_fits(kind: str) -> None:
    assert_fits_form(removal_form(KINDS[kind], LONGEST_INSTANCE, NOW))


async def test_every_combination_of_what_can_be_done_fits() -> None:
    for grabbed, parsed, category, pending in product((True, False), repeat=4):
        subject = download(grabbed_by_app=grabbed, parsed=parsed, can_change_category=category, pending=pending)
        form = removal_form(subject, RADARR, NOW)
        assert_fits_form(form)
        values = [option["value"] for option in choice_of(form)["options"]]
        assert values[:-1] == list(removals_for(subject))


async def test_the_form_names_the_download_its_size_and_where_it_is() -> None:
    text = text_of(removal_form(download(name="Dune (2021)", size=18_400_000_000), instance("radarr-4k"), NOW))

    for part in ("**Dune (2021)**", amount(18_400_000_000), "Radarr 4k", "Some.Film.1.2024"):
        assert part in text


async def test_the_form_of_a_pack_says_that_all_its_episodes_go() -> None:
    assert counted(10, "episode") in text_of(removal_form(pack(), SONARR, NOW))
    for alone in (pack(episodes=1), download()):
        assert counted(alone.episodes, "episode") not in text_of(removal_form(alone, RADARR, NOW))


@pytest.mark.parametrize(("where", "app"), [("radarr", "Radarr"), ("sonarr-4k", "Sonarr")])
async def test_the_form_warns_of_what_may_be_somebody_elses(where: str, app: str) -> None:
    *usual, more = text_of(removal_form(download(grabbed_by_app=False), instance(where), NOW)).split("\n")

    assert more == approved("form/not-grabbed").split("\n")[len(usual) + 1].replace("Radarr", app)
    assert usual == text_of(removal_form(download(), instance(where), NOW)).split("\n")


async def test_leaving_alone_is_always_offered_and_comes_last() -> None:
    for subject in KINDS.values():
        last = choice_of(removal_form(subject, RADARR, NOW))["options"][-1]
        assert last["value"] not in set(Removal)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_likely_wish_is_ticked(kind: str) -> None:
    subject = KINDS[kind]
    options = choice_of(removal_form(subject, RADARR, NOW))["options"]
    (ticked,) = [option["value"] for option in options if option["default"]]

    assert ticked == (likely_removal(subject) or options[-1]["value"])


async def test_no_two_outcomes_are_said_in_the_same_words() -> None:
    for subject in (download(), waiting()):
        options = choice_of(removal_form(subject, RADARR, NOW))["options"]
        assert len({option["label"] for option in options}) == len(options)
        assert len({option["description"] for option in options}) == len(options)


async def test_the_form_carries_what_it_named() -> None:
    subject = download(17, instance="radarr-4k")

    assert action_from(removal_form(subject, RADARR, NOW).custom_id) == Remove(subject.ref, fingerprint(subject))


# The form of many


def stuck(count: int) -> list[Download]:
    return [download(id, state=State.FAILED, reason="The reason") for id in range(1, count + 1)]


def boxes(form: ui.Modal) -> list[Json]:
    return [option for component in walked(form) if component["type"] == BOXES for option in component["options"]]


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 19, 20, 21, 34, 5000])
async def test_the_form_holds_the_first_twenty_and_says_so(count: int) -> None:
    form = clean_up_form(stuck(count))

    assert_fits_form(form)
    assert len(boxes(form)) == min(count, CLEAN_UP_LIMIT) <= 20
    assert numbers(text_of(form)) == ([20, count] if count > 20 else [])


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_a_form_of_the_worst_fits(text: str) -> None:
    form = clean_up_form([worst(id, text, state=State.FAILED) for id in range(1, 41)])

    assert_fits_form(form)
    assert all("://" not in box["description"] and "/data" not in box["description"] for box in boxes(form))


async def test_everything_is_ticked_but_what_lies_complete_on_disk() -> None:
    states = (State.FAILED, State.IMPORT_BLOCKED, State.STALLED, State.REJECTED)

    form = clean_up_form([download(id, state=state) for id, state in enumerate(states, 1)])

    assert [box["default"] for box in boxes(form)] == [True, False, True, True]


async def test_each_box_names_its_download_and_why_it_is_there() -> None:
    (box,) = boxes(clean_up_form([download(name="Dune *2* (2024)", state=State.FAILED, reason="The reason")]))

    assert box["label"] == "Dune *2* (2024)"
    assert LOOKS[State.FAILED][1] in box["description"] and "The reason" in box["description"]


def sent(how: object, *groups: Sequence[object]) -> Json:
    """The data of a sent form, as Discord's gateway brings it."""
    parts: list[Json] = [{"type": 10, "id": 1}]
    parts += [
        {"type": 18, "component": {"type": BOXES, "custom_id": f"which-{number}", "values": list(values)}}
        for number, values in enumerate(groups, 1)
    ]
    return {"components": [*parts, {"type": 18, "component": {"type": RADIO, "custom_id": "how", "value": how}}]}


async def test_what_was_ticked_comes_back_with_its_fingerprint() -> None:
    downloads = stuck(12)
    values = [box["value"] for box in boxes(clean_up_form(downloads))]

    chosen = chosen_downloads(sent("search", values[:10], values[10:]))

    assert chosen == tuple(Remove(one.ref, fingerprint(one)) for one in downloads)


@pytest.mark.parametrize("how", Removal)
def test_the_choice_comes_back(how: Removal) -> None:
    assert chosen_removal(sent(how.value)) is how


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"components": []},
        {"components": [{}]},
        {"components": [{"component": None}]},
        sent("leave"),
        sent(None),
        sent(""),
        sent("explode"),
        sent("REMOVE"),
        {"components": [{"component": {"custom_id": "other", "value": "remove"}}]},
    ],
)
def test_what_no_form_of_ours_says_leaves_everything_alone(data: Json) -> None:
    assert chosen_removal(data) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "/",
        "//",
        "radarr",
        "radarr/",
        "radarr/x/00000000",
        "radarr/-1/00000000",
        "radarr/1.5/x",
        "radarr/١/x",
        None,
        5,
    ],
)
def test_a_box_that_is_not_ours_removes_nothing(value: object) -> None:
    assert chosen_downloads(sent("remove", [value])) == ()


def test_no_more_is_taken_from_a_form_than_it_can_hold() -> None:
    values = [f"radarr/{id}/00000000" for id in range(1, 100)]

    assert len(chosen_downloads(sent("remove", values, values))) <= CLEAN_UP_LIMIT


@pytest.mark.parametrize(
    ("subject", "listed"),
    [
        (download(state=State.FAILED), True),
        (download(state=State.FAILED_FOREIGN), True),
        (download(state=State.IMPORT_BLOCKED), True),
        (download(state=State.REJECTED), True),
        (download(stalled_for=timedelta(hours=2)), True),
        (download(state=State.STALLED, stalled_for=timedelta(hours=2)), True),
        (download(state=State.STALLED), False),
        (download(), False),
        (waiting(), False),
        (download(state=State.FAILED, removing=True), False),
    ],
)
def test_what_needs_a_decision_is_to_be_cleaned_up(subject: Download, listed: bool) -> None:
    assert needing_decision(shown(subject)) == ((subject,) if listed else ())


def test_what_an_instance_in_trouble_said_last_is_not_cleaned_up() -> None:
    assert needing_decision(shown(download(state=State.FAILED), outage=OUTAGE)) == ()


# Nobody keeps them


async def test_every_view_and_form_is_over_before_it_is_sent_so_that_discord_py_keeps_nothing() -> None:
    whole = shown(*stuck(5))
    made: list[ui.View | ui.Modal] = [
        dashboard_view(whole),
        dashboard_view(shown()),
        dashboard_view(whole, disabled=True),
        page_view(page_of(whole, ALL, 1), [RADARR]),
        removal_form(download(), RADARR, NOW),
        clean_up_form(stuck(25)),
    ]

    assert [one.is_finished() for one in made] == [True] * len(made)


async def test_the_sent_form_of_many_means_what_it_says() -> None:
    assert action_from(clean_up_form(stuck(1)).custom_id) == CleanUp()


async def test_the_longest_instance_name_fits_the_title() -> None:
    form = removal_form(download(), Instance("sonarr-" + "w" * 24, Service.SONARR), NOW)

    assert form.title.endswith("Sonarr " + "w" * 24)
