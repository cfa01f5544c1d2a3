"""What Discarr costs, as one table: `uv run python -m tests.benchmark`."""
