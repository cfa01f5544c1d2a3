"""Writes everything about manual imports and grabs: the choice in the form, the private answers, the dashboard's line.

Pure. File names, titles and languages are untrusted.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, islice

import discord
from discord import ui

from discarr.model.action import Action, ActionKind, ActionStatus, actions_for
from discarr.model.download import Download
from discarr.model.import_reasons import Obstacle, Verdict, obstacles_to
from discarr.model.instance import Instance
from discarr.model.manual_import import ImportFile, ImportPlan
from discarr.model.queue import Snapshot
from discarr.view.custom_ids import ImportFiles, custom_id, target_of
from discarr.view.removal_text import NOTHING_CHANGED
from discarr.view.text import counted, ended, moment_past, plain, title

LONGEST = 1_900
"""Characters of a private answer; Discord allows 2,000."""
_MOST_LINES = 50
"""Lines about files in an answer: more fit only if all names are very short."""
_NAME = 90
"""Characters of a title or of a file name."""
WORKING = "Checking the files once more, then importing. Copying between disks takes a while."
LATER = "The import is still running. The dashboard will show its result."
CHANGED = "This has changed in the meantime. Please check it again:"
NOT_ANY_MORE = "cannot do that with it anymore"
BEING_REMOVED = "It is being removed."

_CHOICES = {
    ActionKind.IMPORT: (
        "Import it anyway",
        "{app} lists the files first, which can take two minutes. Nothing changes until you confirm.",
    ),
    ActionKind.GRAB: (
        "Grab it now",
        "It starts at once. Other pending releases of the same title are dropped, unless they are better.",
    ),
}
_OBSTACLES = {
    Obstacle.DANGEROUS: "it could be harmful; remove it",
    Obstacle.NOT_AN_UPGRADE: "the library has a better file, which an import would replace; remove this one",
    Obstacle.FEWER_EPISODES: "an import would replace a file with more episodes; remove this one",
    Obstacle.ALREADY_IMPORTED: "it has already been imported",
    Obstacle.SAMPLE: "it is a sample, or looks like one",
    Obstacle.NO_AUDIO: "it has no audio; remove it",
    Obstacle.MULTI_PART: "it is one of several parts, and {app} imports only complete files",
    Obstacle.EXTRA: "{app} does not import extras",
    Obstacle.NO_SPACE: "the library's disk is full; {app} imports it once there is room",
    Obstacle.UNPACKING: "its client is still unpacking or moving it; {app} imports it after that",
    Obstacle.NO_FILES: "{app} finds no video in it, or cannot see its folder: check the remote path mappings",
    Obstacle.ARCHIVE: "it is an archive that has not been extracted",
    Obstacle.NOT_VIDEO: "it is not a video",
    Obstacle.CONFIGURATION: "{app} cannot use its folder: check the remote path mappings and the client's settings",
    Obstacle.DISK: "{app} could not write it into the library: check the root folder and the disk",
    Obstacle.DOWNLOAD_FAILED: "the download itself is broken; remove it",
    Obstacle.APP_ERROR: "{app} had an internal error: see its log",
    Obstacle.UNKNOWN: "see {app} for the reason",
    Obstacle.NO_MATCH: "{app} does not know what it is; choose it there",
    Obstacle.OTHER_EPISODE: "it is not the title or episode that was grabbed; choose in {app}",
    Obstacle.PARTIAL_SEASON: "it is part of a season; choose its episodes in {app}",
    Obstacle.NUMBERING: "its episode numbering is uncertain; choose its episodes in {app}",
    Obstacle.OTHER_TITLE: "{app} takes it for {becomes}, but its queue says {name}",
    Obstacle.PACK_OF_MOVIES: "{app} may remove the other movies of this download after it; import all of them in {app}",
    Obstacle.NO_QUALITY: "{app} does not know its quality or language; choose them in {app}",
    Obstacle.SECOND_FILE: "a larger file is for the same movie or episode",
}
"""Why a file is not imported, for every obstacle that a manual import does not solve."""


def action_words(download: Download, instance: Instance) -> dict[ActionKind, tuple[str, str]]:
    """Return the choices of a form that do not remove the download, each with its description."""
    app = instance.service.app_name
    words = {kind: _CHOICES[kind] for kind in actions_for(download)}
    return {kind: (label, sentence.format(app=app)) for kind, (label, sentence) in words.items()}


def form_title(download: Download, instance: Instance) -> str:
    """Return the title of the form of a download, with what can be done beside removing it."""
    words = {ActionKind.IMPORT: "Import or remove:", ActionKind.GRAB: "Grab or remove:"}
    return f"{next((words[kind] for kind in actions_for(download)), 'Remove from')} {instance.label}"


def obstacles_text(download: Download, app: str) -> str:
    """Return why no import is offered for a download that is blocked; '' if one is, or if it is not blocked."""
    worst = next((each for each in obstacles_to(download) if each.verdict is not Verdict.YES), None)
    if worst is None or ActionKind.IMPORT in actions_for(download):
        return ""
    return ended(f"No import from here: {_OBSTACLES[worst].format(app=app)}")


def plan_text(plan: ImportPlan, download: Download, snapshot: Snapshot) -> str:
    """Return what would be imported and what would not, file by file; the last lines say what that means."""
    queue = snapshot.queue(download.key.instance)
    app = queue.instance.service.app_name if queue else download.key.instance
    name = f"**{title(snapshot.title(download), _NAME)}**"
    if not plan.files and not plan.left_out:
        return f"{name}: {app} finds no video in it, or no longer has it. {NOTHING_CHANGED}"
    head = f"{name}: {app} would import {counted(len(plan.files), 'file')}."
    if not plan.files:
        head = f"{name}: none of it can be imported from here."
    files = map(_file_line, plan.files)
    left_out = (_left_out_line(each.name, each.obstacle, each.becomes, name, app) for each in plan.left_out)
    return _fitted(
        f"{head}\n-# {title(download.release, 150)}",
        chain(files, left_out),
        len(plan.files) + len(plan.left_out),
        _notes(plan, download, app) if plan.files else [],
    )


def plan_view(plan: ImportPlan, download: Download) -> ui.View | None:
    """Return the button that confirms exactly this plan; None if there is nothing to import."""
    if not plan.files:
        return None
    view = ui.View(timeout=None)
    action = ImportFiles(target_of(download), plan.digest())
    label = f"Import {counted(len(plan.files), 'file')}"
    view.add_item(ui.Button(label=label, custom_id=custom_id(action), style=discord.ButtonStyle.primary))
    view.stop()
    return view


def action_text(action: Action, snapshot: Snapshot) -> str:
    """Return the private answer about an action that has ended."""
    queue = snapshot.queue(action.download.key.instance)
    app = queue.instance.service.app_name if queue else action.download.key.instance
    name = f"**{title(snapshot.title(action.download), 150)}**"
    return f"{name} {_ends(action).format(app=app)}"


def started_text(download: Download, snapshot: Snapshot) -> str:
    """Return that a release was grabbed, and that its client lists it now."""
    where = f" in {plain(download.client, 40)}" if download.client else ""
    return f"**{title(snapshot.title(download), 150)}** was grabbed and is now listed{where}."


def problem_text(download: Download, snapshot: Snapshot, problem: str, *, may_be_done: bool = False) -> str:
    """Return why an app could not do it. `problem` is a sentence about the app without its name.

    `may_be_done` is True if the answer of the app was lost.
    """
    queue = snapshot.queue(download.key.instance)
    label = queue.instance.label if queue else download.key.instance
    after = "It may have worked all the same: the dashboard will show." if may_be_done else NOTHING_CHANGED
    return f"**{title(snapshot.title(download), 150)}**: {label} {ended(problem)} {after}"


def action_lines(snapshot: Snapshot) -> list[str]:
    """Return the dashboard's line about the newest action, and the number of the others."""
    if not snapshot.actions:
        return []
    newest = snapshot.actions[0]
    name = title(snapshot.title(newest.download), 100)
    more = f", and {len(snapshot.actions) - 1} more" if len(snapshot.actions) > 1 else ""
    return [f"{_line(newest, name)} by <@{newest.by}> at {moment_past(newest.at, snapshot.now.at)}{more}"]


def action_log(action: Action) -> str:
    """Return what came of an action, for the log."""
    return _LOGGED[action.kind, action.status].format(done=action.done, wanted=action.wanted)


_LOGGED = {
    (ActionKind.IMPORT, ActionStatus.DONE): "imported {done} of {wanted}",
    (ActionKind.IMPORT, ActionStatus.PARTLY): "imported {done} of {wanted}",
    (ActionKind.IMPORT, ActionStatus.NOTHING): "imported nothing",
    (ActionKind.IMPORT, ActionStatus.UNCERTAIN): "imported {done} of {wanted} as far as known",
    (ActionKind.GRAB, ActionStatus.DONE): "grabbed",
}


def _line(action: Action, name: str) -> str:
    if action.kind is ActionKind.GRAB:
        return f"📥 {name} grabbed"
    match action.status:
        case ActionStatus.RUNNING:
            return f"📥 importing {name}, started"
        case ActionStatus.DONE | ActionStatus.PARTLY:
            part = "" if action.is_whole_import else f": {action.done} of {action.total}"
            return f"📥 {name}{part} imported anyway"
        case ActionStatus.NOTHING:
            return f"⚠️ {name}: import failed, started"
        case ActionStatus.UNCERTAIN:
            return f"⚠️ {name}: import not confirmed, started"


def _ends(action: Action) -> str:
    if action.kind is ActionKind.GRAB:
        return "was grabbed. {app} lists it again once its download client does, within two minutes."
    match action.status:
        case ActionStatus.DONE if action.is_whole_import:
            return "was imported."
        case ActionStatus.DONE:
            return f"was imported: {action.done} of {action.total}. The rest was left out."
        case ActionStatus.PARTLY:
            part = f"{action.done} of {action.total}"
            return f"was partly imported: {part}. The rest was not; see {{app}} for the reason."
        case ActionStatus.NOTHING:
            return (
                "was not imported: {app} tried, but its history shows no import. "
                "Check the root folder, the free space and its log."
            )
        case _:
            return "may have been imported: {app} has not confirmed it. The dashboard shows whether it is still there."


def _file_line(file: ImportFile) -> str:
    languages = ", ".join(file.languages[:3])
    about = [title(file.becomes, _NAME), plain(file.quality, 24), plain(languages, 40)]
    replaces = {True: "**replaces a file**", None: "may replace a file", False: ""}[file.replaces]
    return f"📥 {' · '.join(filter(None, [*about, replaces]))}\n-# {title(file.name, _NAME)}"


def _left_out_line(name: str, obstacle: Obstacle, becomes: str, expected: str, app: str) -> str:
    words = _OBSTACLES[obstacle].format(app=app, becomes=f"**{title(becomes, _NAME)}**", name=expected)
    return f"⏭️ {title(name, _NAME)} is left out: {words}"


def _notes(plan: ImportPlan, download: Download, app: str) -> list[str]:
    notes = []
    if any(file.replaces is not False for file in plan.files):
        notes.append(f"A replaced file goes to {app}'s recycle bin if it has one, and is deleted otherwise.")
    if plan.left_out:
        notes.append(f"⚠️ After the import, {app} may remove the download, including what is left out.")
    if plan.is_guess:
        notes.append(f"⚠️ {app}'s queue does not say what this is. Compare the titles.")
    if not download.grabbed_by_app:
        notes.append(f"⚠️ Not grabbed by {app}: it may belong to someone else.")
    return notes


def _fitted(head: str, lines: Iterable[str], count: int, notes: Sequence[str]) -> str:
    """Return all of it, with as many of the `count` lines as fit, and the number of the others, which are not made."""
    first = list(islice(lines, _MOST_LINES))
    for shown in range(len(first), -1, -1):
        more = [f"… and {counted(count - shown, 'more file')}"] if shown < count else []
        text = "\n".join([head, *first[:shown], *more, *notes])
        if len(text) <= LONGEST:
            return text
    return head
