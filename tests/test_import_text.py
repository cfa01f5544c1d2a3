"""What people read about imports and grabs fits, is harmless, and gives away nothing."""

from dataclasses import replace

import pytest

from discarr.model.action import Action, ActionKind, ActionStatus
from discarr.model.download import State
from discarr.model.import_reasons import Obstacle, Verdict
from discarr.model.manual_import import ImportFile, ImportPlan, LeftOut
from discarr.view.import_text import action_lines, action_text, plan_text
from discarr.view.modals import removal_form
from discarr.view.text import plain
from tests.approved.imports import BY_ID
from tests.support.builders import HOSTILE, LONGEST_INSTANCE, NOW, SECONDS, download, queue, snapshot, worst
from tests.support.limits import assert_form_fits

BLOCKED = download(state=State.IMPORT_BLOCKED, reasons=(BY_ID,))
FILE = ImportFile("film.mkv", "Some Film 1 (2024)", "WEBDL-1080p", ("English",), 1, False, (1,), "{}")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_any_name_fits_into_the_plan_the_answer_and_the_line_and_hides_no_warning(text: str) -> None:
    subject = worst(1, text, state=State.IMPORT_BLOCKED)
    of_all = ActionKind.IMPORT, 2**63, NOW, SECONDS
    actions = tuple(Action(subject, *of_all, status, 10_000, 10_000) for status in ActionStatus)
    seen = snapshot(queue(subject), titles={}, actions=actions)
    files = (ImportFile(text, text, text, (text,) * 9, 1, None, (1,), "{}"),) * 50
    left = tuple(LeftOut(text, obstacle, text) for obstacle in Obstacle if obstacle.verdict is not Verdict.YES)

    assert all(len(action_text(action, seen)) <= 1000 for action in actions)
    plan = plan_text(ImportPlan(files, left, is_guess=True), subject, seen)
    assert len(plan) <= 2000
    assert "more file" in plan and "belong to someone else" in plan and "recycle bin" in plan
    assert_form_fits(removal_form(BLOCKED, LONGEST_INSTANCE, seen))
    (line,) = action_lines(seen)
    assert len(line) <= 250 and "\n" not in line


def test_names_lose_mentions_markdown_and_addresses_and_an_entry_is_not_shown() -> None:
    text = "@everyone **x** http://user:hunter2@tracker.example/announce?passkey=0123456789abcdef0123456789abcdef"
    file = replace(FILE, name=text, becomes=text, entry='{"path": "/data/secret/film.mkv"}')
    plan = ImportPlan((file,), (LeftOut(text, Obstacle.OTHER_TITLE, text),))

    shown = plan_text(plan, BLOCKED, snapshot(queue(BLOCKED)))

    for part in ("@everyone", "**x**", "hunter2", "tracker.example", "0123456789abcdef", "/data"):
        assert part not in shown


def test_of_many_files_only_those_that_fit_take_time() -> None:
    files = tuple(replace(FILE, name=f"Episode {n}.mkv", becomes=f"Episode {n}") for n in range(1000))
    before = plain.cache_info().misses
    shown = plan_text(ImportPlan(files), BLOCKED, snapshot(queue(BLOCKED)))
    assert "Episode 9.mkv" in shown and "more files" in shown
    assert plain.cache_info().misses < before + 200
