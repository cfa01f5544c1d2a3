"""Every sentence that a person can see is as it was approved."""

from difflib import unified_diff

import pytest

from tests.approved import FILE, as_file
from tests.approved.__main__ import catalogue


def test_every_sentence_is_as_it_was_approved() -> None:
    before, now = FILE.read_text(encoding="utf-8").splitlines(), as_file(catalogue()).splitlines()

    changed = "\n".join(unified_diff(before, now, "approved", "now", n=1, lineterm=""))

    if changed:
        pytest.fail(f"if this is meant, run `uv run python -m tests.approved`:\n{changed}", pytrace=False)
