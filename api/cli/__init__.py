"""The command line, `stemma`.

Exit codes: 0 all is well, 1 a check found something wrong, 2 bad usage or bad input, 3 the store cannot be used now.
"""

import gc
import sys

from api.cli.console import run
from api.cli.ledger import app


def main() -> None:
    """The console script: runs the command in the process's arguments and ends the process with its exit code."""
    collect_seldom()
    run(app, sys.argv[1:])


def collect_seldom() -> None:
    """Makes the garbage collector look seldom: what is remembered of records is large, lives long and has no cycles."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
