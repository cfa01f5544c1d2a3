"""What people read about imports and grabs fits, is harmless, and gives away nothing."""

from dataclasses import replace

import pytest

from discarr.model.action import Action, ActionKind, ActionStatus
from discarr.model.download import State
from discarr.model.import_reasons import Obstacle, Verdict
from discarr.model.manual_import import ImportFile, ImportPlan, LeftOut
from discarr.view.buttons import dashboard_view
from discarr.view.custom_ids import ImportFiles, action_from, target_of
from discarr.view.import_text import action_lines, action_text, plan_text, plan_view
from discarr.view.text import plain
from tests.approved.imports import BY_ID
from tests.support.builders import HOSTILE, NOW, SECONDS, download, instance, queue, snapshot, worst

BLOCKED = download(state=State.IMPORT_BLOCKED, reasons=(BY_ID,))
FILE = ImportFile("film.mkv", "Some Film 1 (2024)", "WEBDL-1080p", ("English",), 1, False, (1,), "{}")


def plan_of(text: str) -> ImportPlan:
    """Fifty files that say this text wherever they can, with every obstacle."""
    files = [ImportFile(text, text, text, (text,) * 9, 1, None, (1,), "{}")] * 50
    left = [LeftOut(text, obstacle, text) for obstacle in Obstacle if obstacle.verdict is not Verdict.YES]
    return ImportPlan(tuple(files), tuple(left), is_guess=True)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_name_fits_into_the_plan_the_answer_and_the_line_and_hides_no_warning(text: str) -> None:
    subject = worst(1, text, state=State.IMPORT_BLOCKED)
    actions = [
        Action(subject, ActionKind.IMPORT, 2**63, NOW, SECONDS, status, 10_000, 10_000) for status in ActionStatus
    ]
    seen = snapshot(queue(subject), titles={}, actions=tuple(actions))

    assert all(len(action_text(action, seen)) <= 1000 for action in actions)
    plan = plan_text(plan_of(text), subject, seen)
    assert len(plan) <= 2000
    assert "more file" in plan and "belong to someone else" in plan and "recycle bin" in plan
    (line,) = action_lines(seen)
    assert len(line) <= 250 and "\n" not in line


def test_names_lose_mentions_markdown_and_addresses_and_an_entry_is_not_shown() -> None:
    text = "@everyone **x** http://user:hunter2@tracker.example/announce?passkey=0123456789abcdef0123456789abcdef"
    file = replace(FILE, name=text, becomes=text, entry='{"path": "/data/secret/film.mkv"}')
    plan = ImportPlan((file,), (LeftOut(text, Obstacle.OTHER_TITLE, text),))

    shown = plan_text(plan, BLOCKED, snapshot(queue(BLOCKED)))

    for part in ("@everyone", "**x**", "hunter2", "tracker.example", "0123456789abcdef", "/data"):
        assert part not in shown


def test_the_button_carries_the_download_and_the_plan_and_is_read_back() -> None:
    subject = BLOCKED._replace(key=BLOCKED.key._replace(instance="r" * 40))
    plan = ImportPlan((FILE,))
    view = plan_view(plan, subject)

    assert view is not None
    (button,) = [one for row in view.to_components() for one in row["components"]]
    assert len(button["custom_id"]) <= 100
    assert action_from(button["custom_id"]) == ImportFiles(target_of(subject), plan.digest())
    assert action_from(button["custom_id"] + "0") is None
    assert plan_view(ImportPlan((), (LeftOut("x", Obstacle.SAMPLE),)), BLOCKED) is None, "nothing to confirm"


@pytest.mark.parametrize("status", ActionStatus)
def test_the_button_of_a_row_is_disabled_only_while_its_import_is_going_on(status: ActionStatus) -> None:
    action = Action(BLOCKED, ActionKind.IMPORT, 42, NOW, SECONDS, status)
    view = dashboard_view(snapshot(queue(BLOCKED, download(2)), actions=(action,)))

    off = {each["label"]: bool(each.get("disabled")) for each in view.to_components()[0]["components"]}
    assert off == {"✖ 1": status is ActionStatus.RUNNING, "✖ 2": False}


def test_an_instance_of_several_is_named_by_its_app() -> None:
    subject = download(instance="radarr-4k", state=State.IMPORT_BLOCKED, reasons=(BY_ID,))
    seen = snapshot(queue(subject, instance=instance("radarr-4k")))

    assert "Radarr would import" in plan_text(ImportPlan((FILE,)), subject, seen)


def test_of_many_files_only_those_that_fit_take_time() -> None:
    files = tuple(replace(FILE, name=f"Episode {n}.mkv", becomes=f"Episode {n}") for n in range(1000))
    before = plain.cache_info().misses
    shown = plan_text(ImportPlan(files), BLOCKED, snapshot(queue(BLOCKED)))
    assert "Episode 9.mkv" in shown and "more files" in shown
    assert plain.cache_info().misses < before + 200
