"""Django's name for this area, what it registers: its work, who reads by a mailbox, and folders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncConfig(AppConfig):
    name = "passerelle.sync"
    label = "sync"

    def ready(self) -> None:
        from passerelle.crm.merging import call_moved
        from passerelle.crm.readers import read_also
        from passerelle.sync.models import TrackingFolder
        from passerelle.sync.services import register_cycles
        from passerelle.sync.sight import by_their_mailbox

        register_cycles()
        read_also(by_their_mailbox)
        call_moved(TrackingFolder, _("Folders of mailboxes whose email regards it"))
