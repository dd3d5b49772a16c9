"""docs/logs.md, from the catalogue of the log's events. The log itself is in English alone."""

from passerelle.site.events import EVENTS
from tools.pages.wording import row

INTRODUCTION = (
    "Events that Passerelle writes to standard error, one a line: a time in UTC, a level, a name "
    "and fields. With `log_format` = `json` each line is one JSON value. Records are named by "
    "their keys; no line holds a subject, a text or a secret, and addresses are masked. At the "
    "level error a person must act; a warning is worth a look when it comes again."
)


def logs_page() -> str:
    """Every event of the log, with its level and its meaning."""
    rows = [row(f"`{name}`", event.level, event.meaning) for name, event in sorted(EVENTS.items())]
    return "\n".join(
        [
            "# Logs",
            "",
            "*Made from `src/passerelle/site/events.py` by `python -m tools.pages`.*",
            "",
            INTRODUCTION,
            "",
            "| event | level | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
