"""Renew the file of approved sentences: `uv run python -m tests.approved`, then read `git diff`."""

import asyncio
from collections.abc import Mapping

from tests.approved import FILE, answers, as_file, channel, commands, imports, instances
from tests.virtual_time import JumpingLoop


def catalogue() -> Mapping[str, str]:
    """Every sentence by its key, in the order of the file."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return {
            **channel.entries(),
            **imports.entries(),
            **runner.run(instances.entries()),
            **answers.entries(),
            **runner.run(commands.entries()),
        }


if __name__ == "__main__":
    FILE.write_text(as_file(catalogue()), encoding="utf-8")
