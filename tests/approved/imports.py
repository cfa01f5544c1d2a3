"""What is said about manual imports and grabs: the form, the private answers, and the dashboard's line."""

from collections.abc import Iterator
from dataclasses import replace

from discarr.model.action import Action, ActionKind, ActionStatus
from discarr.model.download import Download, Media, State
from discarr.model.import_reasons import Obstacle, Verdict
from discarr.model.manual_import import ImportFile, ImportPlan, LeftOut
from discarr.model.queue import Snapshot
from discarr.view import import_text
from discarr.view.removal_text import BEING_IMPORTED
from tests.approved import SAMPLE
from tests.support.builders import NOW, RADARR, SECONDS, download, queue, snapshot, waiting
from tests.support.limits import components_of

BY_ID = "Found matching movie via grab history, but release was matched to movie by ID. Manual Import required."
BLOCKED = download(state=State.IMPORT_BLOCKED, reasons=(BY_ID,), release=SAMPLE, media=Media())
PACK = BLOCKED._replace(media=Media(series=5, season=2, episodes=(201, 202, 203, 204)))
_FILE = ImportFile("heat.mkv", SAMPLE, "WEBDL-1080p", ("English",), 9_000_000_000, False, (1,), "{}")
_TOO_OLD = "is too old for that: it has no such function (404)"
_NOT_GRABBED = "could not grab it: the indexer no longer has it, or no download client accepted it (500)"


def entries() -> dict[str, str]:
    return dict([*_forms(), *_plans(), *_obstacles(), *_answers(), *_lines()])


def _seen(subject: Download, *actions: Action) -> Snapshot:
    return snapshot(queue(subject), titles={}, actions=actions)


def _forms() -> Iterator[tuple[str, str]]:
    for key, subject in {"import": BLOCKED, "grab": waiting()}.items():
        ((label, sentence),) = import_text.action_words(subject, RADARR).values()
        yield f"form/{key}", f"{import_text.form_title(subject, RADARR)}\n{label}: {sentence}"


def _plans() -> Iterator[tuple[str, str]]:
    left = tuple(LeftOut(f"{each}.mkv", each, "Alien (1979)") for each in Obstacle if each.verdict is not Verdict.YES)
    plans = {
        "one-file": ImportPlan((_FILE,)),
        "replaces": ImportPlan((replace(_FILE, replaces=True), replace(_FILE, replaces=None))),
        "left-out": ImportPlan((_FILE,), left[:2]),
        "nothing-of-it": ImportPlan((), left[:2]),
        "no-files": ImportPlan(),
        "guess": ImportPlan((_FILE,), is_guess=True),
    }
    for key, plan in plans.items():
        yield f"plan/{key}", _plan(plan, BLOCKED)
    yield "plan/foreign", _plan(ImportPlan((_FILE,)), BLOCKED._replace(grabbed_by_app=False))
    yield "plan/many", import_text.plan_text(ImportPlan((_FILE,) * 40), BLOCKED, _seen(BLOCKED)).partition("\n…")[2]


def _plan(plan: ImportPlan, subject: Download) -> str:
    view = import_text.plan_view(plan, subject)
    labels = [f"[{one['label']}]" for one in components_of(view)] if view else []
    return "\n".join([import_text.plan_text(plan, subject, _seen(subject)), *labels])


def _obstacles() -> Iterator[tuple[str, str]]:
    texts = {
        "not-an-upgrade": "Not an upgrade for existing movie file.",
        "no-match": "Unknown Movie",
        "no-space": "Not enough free space",
        "dangerous": "Caution: Found executable file with extension: '.exe'",
        "unknown": "A text of a version to come",
    }
    for key, text in texts.items():
        yield f"no-import/{key}", import_text.obstacles_text(BLOCKED._replace(reasons=(text,)), "Radarr")
    for obstacle in Obstacle:
        if obstacle.verdict is not Verdict.YES:
            plan = ImportPlan((), (LeftOut("heat.mkv", obstacle, "Alien (1979)"),))
            yield f"left-out/{obstacle}", import_text.plan_text(plan, BLOCKED, _seen(BLOCKED)).rpartition("\n")[2]


def _answers() -> Iterator[tuple[str, str]]:
    texts = {
        ActionStatus.DONE: "imported",
        ActionStatus.PARTLY: "imported-partly",
        ActionStatus.NOTHING: "imported-nothing",
        ActionStatus.UNCERTAIN: "import-uncertain",
    }
    seen = _seen(BLOCKED)
    for status, key in texts.items():
        yield f"answer/{key}", import_text.action_text(_action(ActionKind.IMPORT, status), seen)
    left_out = replace(_action(ActionKind.IMPORT, ActionStatus.DONE), wanted=2, download=PACK)
    yield "answer/imported-without-the-rest", import_text.action_text(left_out, seen)
    yield "answer/grabbed", import_text.action_text(_action(ActionKind.GRAB, ActionStatus.DONE), seen)
    yield "answer/grabbed-and-listed", import_text.started_text(BLOCKED, seen)
    yield "answer/import-too-old", import_text.problem_text(BLOCKED, seen, _TOO_OLD)
    yield "answer/grab-failed", import_text.problem_text(BLOCKED, seen, _NOT_GRABBED)
    lost = "does not answer in time: it is busy or hanging"
    yield "answer/grab-without-answer", import_text.problem_text(BLOCKED, seen, lost, may_be_done=True)
    yield "answer/import-later", import_text.LATER
    yield "answer/being-imported", BEING_IMPORTED
    yield "answer/not-any-more", import_text.problem_text(BLOCKED, seen, import_text.NOT_ANY_MORE)


def _lines() -> Iterator[tuple[str, str]]:
    for status in ActionStatus:
        yield f"action/import-{status.name.lower()}", _line(_action(ActionKind.IMPORT, status))
    yield "action/grab", _line(_action(ActionKind.GRAB, ActionStatus.DONE))
    yield "action/several", _line(*[_action(ActionKind.GRAB, ActionStatus.DONE)] * 3)


def _line(*actions: Action) -> str:
    return import_text.action_lines(_seen(BLOCKED, *actions))[0]


def _action(kind: ActionKind, status: ActionStatus) -> Action:
    done = {ActionStatus.DONE: 3, ActionStatus.PARTLY: 2}.get(status, 0)
    return Action(BLOCKED, kind, 42, NOW, SECONDS, status, done, 3)
