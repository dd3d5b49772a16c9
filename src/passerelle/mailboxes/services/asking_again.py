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

Rows = Sequence[Sequence[Any]]  # as the driver hands them out

_ROWS: crm.Prepared[UUID] = crm.Prepared(
    lambda mailboxes: Mailbox.objects.select_related(*RELATED).filter(pk__in=mailboxes)
)


class MayStill:
    """`may_process` of one mailbox. For one thread; it sees what the transaction around it sees."""

    def __init__(self, mailbox: UUID, direction: Direction) -> None:
        self._direction = direction
        self._mailboxes = Mailbox.objects.select_related(*RELATED).filter(pk=mailbox)
        settings = SystemSettings.objects.all()
        self._statements = [_ROWS.sql([mailbox]), settings.query.sql_with_params()]
        self._seen: Rows | None = None
        self._answer: Fault | None = None

    def hindrance(self) -> Fault | None:
        """Why the direction must not run now, or None. Raises DoesNotExist without a mailbox."""
        seen = self._read()  # before it is judged: what changes in between is seen the next time
        if seen != self._seen:
            self._answer = may_process(self._mailboxes.get(), self._direction)
            self._seen = seen
        return self._answer

    def _read(self) -> Rows:
        rows: list[Sequence[Any]] = []
        with connection.cursor() as cursor:
            for sql, values in self._statements:
                cursor.execute(sql, values)
                rows.extend(cursor.fetchall())
        return rows
