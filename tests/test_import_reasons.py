"""Which blocked imports a person can solve with one press, by the words of the apps."""

import pytest

from discarr.model.download import State
from discarr.model.import_reasons import Obstacle, Verdict, may_import, obstacle_of, obstacles_to
from tests.approved.imports import BY_ID
from tests.support.builders import download, pack

DANGER = "Caution: Found executable file with extension: '.exe'"
NO_UPGRADE = "Not an upgrade for existing movie file. Existing quality: Remux-2160p. New Quality WEBDL-1080p."


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (BY_ID, Verdict.YES),
        ("Found matching series via grab history, but release was matched to series by ID.", Verdict.YES),
        ("Download wasn't grabbed by Sonarr and not in a category, Skipping.", Verdict.YES),
        ("Unable to determine if file is a sample", Verdict.YES),
        ("Episode has a TBA title and recently aired", Verdict.YES),
        ("Episode does not have a title and recently aired", Verdict.YES),
        ("Episode does not have an absolute episode number and recently aired", Verdict.YES),
        ("Movie title mismatch, automatic import is not possible. Manual Import required.", Verdict.CHOICE),
        ("Unable to parse download, automatic import is not possible.", Verdict.CHOICE),
        ("Unknown Series", Verdict.CHOICE),
        ("Episodes 5x01 were unexpected considering the Some.Show.S04 folder name", Verdict.CHOICE),
        ("Movie Heat (1995) was not found in the grabbed release: Heat.2013.1080p", Verdict.CHOICE),
        ("Partial season packs are not supported", Verdict.CHOICE),
        ("This show has individual episode mappings on TheXEM but the mapping has not been confirmed", Verdict.CHOICE),
        (NO_UPGRADE, Verdict.BETTER_FILE),
        ("Not a quality revision upgrade for existing episode file(s)", Verdict.BETTER_FILE),
        ("Not a Custom Format upgrade for existing movie file(s). New: [] (0)", Verdict.BETTER_FILE),
        ("Episode file on disk contains more episodes than this file contains", Verdict.BETTER_FILE),
        ("Movie file already imported at 7/1/2026 12:00:00", Verdict.NO),
        ("Sample", Verdict.NO),
        ("No audio tracks detected", Verdict.NO),
        ("Single episode split into multiple files", Verdict.NO),
        ("Not enough free space", Verdict.NO),
        ("File is still being unpacked", Verdict.NO),
        ("No files found are eligible for import in /downloads/x", Verdict.NO),
        ("Found archive file, might need to be extracted", Verdict.NO),
        ("[C:\\x] is not a valid local path. You may need a Remote Path Mapping.", Verdict.NO),
        ("Failed to import movie, Destination already exists.", Verdict.NO),
        ("HasAudioTrackSpecification: Object reference not set", Verdict.NO),
        ("Download is encrypted", Verdict.NO),
        ("Caution: Found potentially dangerous file with extension: '.exe'", Verdict.NEVER),
        ("A sentence of a version to come", Verdict.NO),
        ("One or more episodes expected in this release were not imported", None),
        ("PAR Status: SUCCESS", None),
        # A name that is quoted in a text cannot make it harmless.
        (f"Episode 5x01 was unexpected considering the {BY_ID} folder name", Verdict.CHOICE),
        (f"Something new about '{BY_ID}'", Verdict.NO),
        (f"{BY_ID} {DANGER}", Verdict.NEVER),
        ("One or more episodes expected, Not an upgrade for existing episode file(s)", Verdict.BETTER_FILE),
    ],
)
def test_each_text_of_an_app_but_headlines_has_a_verdict(text: str, verdict: Verdict | None) -> None:
    obstacle = obstacle_of(text)

    assert (obstacle and obstacle.verdict) is verdict


@pytest.mark.parametrize(
    ("reasons", "film", "season"),
    [
        ((BY_ID, "PAR Status: SUCCESS"), True, True),
        ((BY_ID, NO_UPGRADE), False, True),
        ((BY_ID, DANGER), False, False),
        (("PAR Status: SUCCESS",), False, False),
    ],
)
def test_an_import_is_offered_if_it_solves_every_reason_or_some_files_of_a_pack_without_danger(
    reasons: tuple[str, ...], film: bool, season: bool
) -> None:
    for make, offered in ((download, film), (pack, season)):
        assert may_import(make(state=State.IMPORT_BLOCKED, reasons=reasons, remaining=0)) is offered


def test_only_a_blocked_import_has_obstacles_and_the_worst_comes_first() -> None:
    reasons = (BY_ID, "Unknown Movie", NO_UPGRADE)
    found = {state: obstacles_to(download(state=state, reasons=reasons)) for state in State}

    assert found.pop(State.IMPORT_BLOCKED) == (Obstacle.NOT_AN_UPGRADE, Obstacle.NO_MATCH, Obstacle.MATCHED_BY_ID)
    assert found.pop(State.REJECTED) and set(found.values()) == {()}
