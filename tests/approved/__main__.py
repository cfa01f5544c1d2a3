"""Renew the file of approved sentences: `uv run python -m tests.approved`, then read `git diff`."""

from tests.approved import FILE, as_file
from tests.approved.catalogue import catalogue

if __name__ == "__main__":
    FILE.write_text(as_file(catalogue()), encoding="utf-8")
