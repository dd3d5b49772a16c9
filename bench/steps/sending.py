"""The steps of `bench.sending`, each in a process of its own: `… prepare PORT EMAILS`, `… send`."""

import cProfile
import json
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import django
from django.core.management import call_command
from django.db import transaction

from bench.steps.analyzing import analyze
from passerelle.configuration import ensure_keys, load_config
from passerelle.guids import new_guid

if TYPE_CHECKING:
    from django.db.models import Model

    from passerelle.mailboxes.models import Mailbox
    from passerelle.sync.models import Submission

    Row = TypeVar("Row", bound=Model)

SIZE = 5_000
AT_ONCE = 500  # letters a transaction
ADDRESS = "a0@customer.example"


def prepare(port: str, emails: str) -> None:
    """A user whose mailbox may send through the sink, and that many emails handed in."""
    from passerelle.crm.models import SystemUser
    from passerelle.crm.services import Written, create_draft
    from passerelle.site.logs import set_up_logs
    from passerelle.sync.services import submit

    set_up_logs(load_config())
    call_command("migrate", verbosity=0)
    mailbox = _mailbox(int(port))
    user = SystemUser.objects.get()
    text = "A line of a letter that nobody will read.\n" * (SIZE // 42)
    written = Written(to=ADDRESS, subject="Letter", text=text)
    letters = _Letters(submit(create_draft(written, sender=user, owner=user), "bench", mailbox))
    for start in range(1, int(emails), AT_ONCE):
        letters.hand_in(range(start, min(start + AT_ONCE, int(emails))))
    analyze()


def _mailbox(port: int) -> "Mailbox":
    """It may send, to a server that asks for nothing."""
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox, SystemSettings
    from passerelle.mailboxes.models.choices import CredentialRetrieval, SentCopies
    from passerelle.mailboxes.models.choices import ProcessEmailUsing as Using

    profile = services.create_profile(
        "Bench",
        outgoing_location="127.0.0.1",
        outgoing_port=port,
        outgoing_security="none",
        outgoing_credential_retrieval=CredentialRetrieval.ANONYMOUS,
        sent_copies=SentCopies.SERVER,
    )
    user = services.create_user_with_mailbox("Bench", "bench@bench.example")
    mailbox = Mailbox.objects.get(systemuser=user)
    services.update_mailbox(mailbox, profile=profile, outgoing_method=2)
    services.approve([mailbox.pk], by="bench")
    Mailbox.objects.filter(pk=mailbox.pk).update(enabled_for_outgoing=True)
    services.switch_processing(Using.SERVER_SIDE_SYNCHRONIZATION, by="bench")
    SystemSettings.objects.update(allow_unresolved_recipients=True)
    return Mailbox.objects.select_related(*services.RELATED).get(pk=mailbox.pk)


class _Letters:
    """A letter that was handed in, and others like it to other people.

    Their rows are those that handing in writes, but for the index of words and the readers, which
    sending never asks for. One by one, ten thousand would take longer than what is measured.
    """

    def __init__(self, first: "Submission") -> None:
        from passerelle.crm.models import Email
        from passerelle.crm.services import raw_bytes
        from passerelle.sync.models import Delivery, Submission

        self._email = Email.objects.get(pk=first.pk)
        self._parties = list(self._email.parties.all())
        self._submission = Submission.objects.get(pk=first.pk)
        self._delivery = Delivery.objects.get(email=first.pk)
        assert self._email.raw is not None
        self._message = raw_bytes(self._email.raw)

    def hand_in(self, numbers: Iterable[int]) -> None:
        """Letters with these numbers, in the order of their numbers."""
        from passerelle.crm import services as crm

        emails, packs, parties, submissions, deliveries = [], [], [], [], []
        for number in numbers:
            address = ADDRESS.replace("0", str(number))
            key = new_guid()
            message_id = f"<{key}@bench.example>"
            packed = crm.pack([crm.Octets(self._message_of(address, message_id))])
            raw = packed.messages[0].pk
            known = {"identity": key.bytes * 2, "message_id": message_id, "raw_id": raw}
            emails.append(_alike(self._email, activity_id=key, to_recipients=address, **known))
            packs.append(packed)
            for party in self._parties:
                named = {"address_used": address} if party.address_used == ADDRESS else {}
                parties.append(_alike(party, activity_party_id=new_guid(), email_id=key, **named))
            later = self._submission.submitted_on + timedelta(milliseconds=number)
            submissions.append(
                _alike(self._submission, email_id=key, raw_id=raw, submitted_on=later)
            )
            deliveries.append(
                _alike(self._delivery, delivery_id=new_guid(), email_id=key, address=address)
            )
        with transaction.atomic():
            crm.load_rows([one.pack for one in packs])
            crm.load_rows([message for one in packs for message in one.messages])
            for rows in (emails, parties, submissions, deliveries):
                crm.load_rows(rows)

    def _message_of(self, address: str, message_id: str) -> bytes:
        changed = self._message.replace(ADDRESS.encode(), address.encode())
        return changed.replace(self._email.message_id.encode(), message_id.encode())


def _alike(row: "Row", **changes: Any) -> "Row":
    """A copy of a stored row with other values in these columns."""
    other = copy(row)
    other.__dict__.update(changes)
    return other


def send(profile: str = "") -> None:
    """Do what is due; print what it took."""
    from passerelle.engine.services import run_due
    from passerelle.site.logs import set_up_logs
    from passerelle.sync.models import Submission

    set_up_logs(load_config())
    profiler = cProfile.Profile() if profile else nullcontext()
    started, busy = time.perf_counter(), time.process_time()
    with profiler:
        run_due(kinds=["outgoing"])
    figures = {
        "wall": time.perf_counter() - started,
        "cpu": time.process_time() - busy,
        "sent": Submission.objects.filter(state="sent").count(),
    }
    if isinstance(profiler, cProfile.Profile):
        profiler.dump_stats(profile)
    sys.stdout.write(json.dumps(figures) + "\n")


STEPS: dict[str, Callable[..., None]] = {"prepare": prepare, "send": send}


if __name__ == "__main__":
    ensure_keys(load_config().key_file)
    django.setup()
    STEPS[sys.argv[1]](*sys.argv[2:])
