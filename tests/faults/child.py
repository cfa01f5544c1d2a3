"""Discarr's command line, talking to another Discord: `LOOPBACK=port python -m tests.faults.child [ARGUMENTS]`."""

import os
import sys

from discarr.__main__ import main
from discarr.bot._discord_internals import redirected_to

if __name__ == "__main__":
    port = os.environ["LOOPBACK"]
    with redirected_to(f"http://127.0.0.1:{port}/api/v10", f"ws://127.0.0.1:{port}/gateway"):
        sys.exit(main(sys.argv[1:]))
