"""Every sentence of the dashboard, the private answers and the commands, in one file: `sentences.txt`.

The catalogue calls the program's own functions; a test compares what they return with the file, and
`uv run python -m tests.approved` renews it. Other tests name a sentence by its key:

    await stage.shows(outage("nothing-listens"))
"""

import re
from collections.abc import Mapping
from pathlib import Path

from discarr.view.text import plain

FILE = Path(__file__).with_name("sentences.txt")
_ENTRIES = dict(re.findall(r"^## (\S+)\n+(.*?)\n+(?=## |\Z)", FILE.read_text(encoding="utf-8"), re.M | re.S))
SAMPLE = "Heat (1995)"


def approved(key: str, name: str = SAMPLE) -> str:
    """The sentence of this key, as the file has it, about the download with this name."""
    return str(_ENTRIES[key]).replace(SAMPLE, name)


def shown(key: str) -> str:
    """The same as an embed shows it: markdown is escaped there."""
    return plain(approved(key), 500)


def outage(key: str, app: str = "Radarr") -> str:
    """How the dashboard begins its line about an app with this outage."""
    sentence = shown(f"outage/{key}").replace("RADARR\\_", f"{app.upper()}\\_")
    return f"**{app}** {sentence}"


def as_file(entries: Mapping[str, str]) -> str:
    return "\n".join(f"## {key}\n{text.rstrip()}\n" for key, text in entries.items())


ALL_DONE = approved("phrase/all-done")
ALL_WELL = approved("phrase/well-both")
EMPTY = approved("phrase/empty")
REMOVING = approved("phrase/removing")
SIZE_UNKNOWN = approved("phrase/size-unknown")
STALE = approved("phrase/stale")
