"""What people read about imports and grabs fits, is harmless, and gives away nothing."""

import pytest

from discarr.model.action import Action, ActionKind, ActionStatus
from discarr.model.download import State
from discarr.model.import_reasons import Obstacle, Verdict
from discarr.model.manual_import import ImportFile, ImportPlan, LeftOut
from discarr.view.import_text import action_lines, action_text, plan_text
from discarr.view.modals import removal_form
from tests.approved.imports import BY_ID
from tests.support.builders import HOSTILE, LONGEST_INSTANCE, NOW, SECONDS, download, queue, snapshot, worst
from tests.support.limits import assert_form_fits

BLOCKED = download(state=State.IMPORT_BLOCKED, reasons=(BY_ID,))
SECRETS = "@everyone **x** http://user:hunter2@tracker.example/announce?passkey=0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("text", [*HOSTILE.values(), SECRETS], ids=[*HOSTILE, "secrets"])
async def test_any_name_fits_does_nothing_gives_away_nothing_and_hides_no_warning(text: str) -> None:
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
