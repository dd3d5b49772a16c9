"""Whether a direction may still run, asked before every email sent and after every batch read.

Loading seven tables into objects costs more than handing an email over. So the rows are read
whole, by statements that are made once, and compared with those of the last answer; only where a
row changed they are loaded and judged again. That no column can be forgotten is worth the octets.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from passerelle.crm import services as crm
from passerelle.faults import Fault
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services.processing import RELATED, may_process
from passerelle.statements import Answer, Statement, run_together

Rows = Sequence[Sequence[Sequence[Any]]]  # of each question, as the driver hands them out

_ROWS: crm.Prepared[UUID] = crm.Prepared(
    lambda mailboxes: Mailbox.objects.select_related(*RELATED).filter(pk__in=mailboxes)
)


class MayStill:
    """`may_process` of one mailbox. For one thread; it sees what the transaction around it sees."""

    def __init__(self, mailbox: UUID, direction: Direction) -> None:
        self._direction = direction
        self._mailboxes = Mailbox.objects.select_related(*RELATED).filter(pk=mailbox)
        settings = SystemSettings.objects.all().query.sql_with_params()
        self._questions = _questions([_ROWS.sql([mailbox]), settings])
        self._seen: Rows | None = None
        self._answer: Fault | None = None

    def hindrance(self) -> Fault | None:
        """Why the direction must not run now, or None. Raises DoesNotExist without a mailbox."""
        return self.judged(run_together(self._questions))

    @property
    def questions(self) -> Sequence[Statement]:
        """What `hindrance` asks, for who has more to ask in the same journey."""
        return self._questions

    def judged(self, answers: Sequence[Answer]) -> Fault | None:
        """`hindrance` by the answers to `questions`."""
        # They were read before it is judged: what changes in between is seen the next time.
        seen = [one.rows for one in answers]
        if seen != self._seen:
            self._answer = may_process(self._mailboxes.get(), self._direction)
            self._seen = seen
        return self._answer


def _questions(statements: Sequence[tuple[str, Sequence[Any]]]) -> Sequence[Statement]:
    if connection.vendor != "postgresql":
        return [Statement(*one) for one in statements]
    # Each row as one text: so many columns, each with its name, cost both sides more.
    return [
        Statement(f"SELECT whole::text FROM ({text}) AS whole", values)  # noqa: S608 (our texts)
        for text, values in statements
    ]
