"""The steps of `bench.sending`, each in a process of its own: `… prepare PORT EMAILS`, `… send`."""

import cProfile
import json
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext

import django
from django.core.management import call_command

from passerelle.configuration import ensure_keys, load_config

SIZE = 5_000


def prepare(port: str, emails: str) -> None:
    """A user whose mailbox may send through the sink, and that many emails handed in."""
    call_command("migrate", verbosity=0)
    from passerelle.crm.services import Written, create_draft
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox, SystemSettings
    from passerelle.mailboxes.models.choices import CredentialRetrieval, SentCopies
    from passerelle.mailboxes.models.choices import ProcessEmailUsing as Using
    from passerelle.sync.services import submit

    profile = services.create_profile(
        "Bench",
        outgoing_location="127.0.0.1",
        outgoing_port=int(port),
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
    mailbox = Mailbox.objects.select_related(*services.RELATED).get(pk=mailbox.pk)
    text = "A line of a letter that nobody will read.\n" * (SIZE // 42)
    for number in range(int(emails)):
        written = Written(to=f"a{number}@customer.example", subject=f"Letter {number}", text=text)
        submit(create_draft(written, sender=user, owner=user), "bench", mailbox)


def send(profile: str = "") -> None:
    """Do what is due; print what it took."""
    from passerelle.engine.services import run_due
    from passerelle.sync.models import Submission

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
