"""Logs: one event name and its fields a line, for people or as JSON. Never an address or a body."""

import logging
import sys

import structlog

from passerelle.configuration import Config


def set_up_logs(config: Config) -> None:
    """Point structlog and the standard library's loggers at standard error."""
    level = getattr(logging, config.log_level.upper())
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("axes").setLevel(logging.ERROR)  # it prints whole user names
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if config.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
