"""The log of a process: one JSON object a line, whoever writes it and however many do at once."""

import json
import subprocess
import sys
from textwrap import dedent
from typing import Final

LINES: Final = 500
THREADS: Final = 8

TALK: Final = f"""
    import logging
    import structlog
    from threading import Barrier, Thread
    from api.logs import configure

    configure()
    start = Barrier({THREADS})

    def talk(number):
        start.wait()
        for line in range({LINES}):
            if number % 2:
                structlog.get_logger("stemma.http").info("request", writer=number, line=line)
            else:
                logging.getLogger("projections.views").info("%d of %d", line, number)

    threads = [Thread(target=talk, args=(number,)) for number in range({THREADS})]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_what_two_kinds_of_loggers_say_at_once_is_one_object_a_line() -> None:
    done = subprocess.run([sys.executable, "-c", dedent(TALK)], check=True, capture_output=True, text=True, timeout=60)

    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(said) == LINES * THREADS
    assert {line["level"] for line in said} == {"info"}
