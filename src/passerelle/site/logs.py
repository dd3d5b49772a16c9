"""Logs: one event name and its fields a line, for people or as JSON. Never an address or a body.

Our own events are listed in `events.py`. Lines of libraries take the same way out: masked, and in
the same form.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from passerelle.configuration import Config
from passerelle.site.masking import MaskingFilter, mask_fields, told


def set_up_logs(config: Config) -> None:
    """Point structlog and the standard library's loggers at standard error."""
    level = getattr(logging, config.log_level.upper())
    _set_up_libraries(level, config)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tell_errors,
            mask_fields,
            _renderer(config),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def _set_up_libraries(level: int, config: Config) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(MaskingFilter())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(config),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("axes").setLevel(logging.ERROR)  # it prints whole user names
    # Of its many readers of bounces one that stumbles is told as an error, with its frames; the
    # others go on, and what nobody reads is no bounce.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


def _tell_errors(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The traceback of an event that has an error, as `masking.told` prints it."""
    given = event.pop("exc_info", None)
    if isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    elif given and not isinstance(given, tuple):
        given = sys.exc_info()
    if given and given[1] is not None:
        event["exception"] = told(given)
    return event


def _renderer(config: Config) -> Processor:
    if config.log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=False)
