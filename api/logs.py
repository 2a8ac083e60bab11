"""Logs: one JSON object a line on stderr. No body, token or personal value is ever logged."""

import logging
import sys
from typing import Any

import structlog
from pydantic_core import to_json
from structlog.typing import Processor


def _json(event: Any, **_: Any) -> str:
    return to_json(event, fallback=str).decode()


def configure() -> None:
    """Sets up the log of this process, and leads what the standard library's loggers say into it."""
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(_json)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Not the one that prints: it writes the end of a line by itself, and the handler below has another lock.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(_json),
        ],
        foreign_pre_chain=shared,
    )
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
