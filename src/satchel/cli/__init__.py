"""The command line: one file per command.

In charge of: `main`, which the console script calls. Not in charge of: anything a command does. The rest is imported
only when a command runs, so that worker processes do not pay for it.
"""

from __future__ import annotations

from time import perf_counter

# When this process began, as near as we can tell, for "ready after".
BORN = perf_counter()


def main() -> None:
    """Run the command that the arguments name, and end with its exit code: 0 done, 1 failed, 2 misused."""
    from satchel.cli.program import run

    run()
