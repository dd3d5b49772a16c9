"""How long things are kept, and regular backups."""

from django.utils.translation import gettext_lazy as _

from passerelle.upkeep.models import UpkeepSettings
from passerelle.web.forms.records import RecordForm


class UpkeepForm(RecordForm[UpkeepSettings]):
    """All of the one row that people change."""

    class Meta:
        model = UpkeepSettings
        fields = (
            "backup_hours",
            "backups_kept",
            "ignored_days",
            "alert_days",
            "test_days",
            "timeline_days",
            "session_days",
            "raw_days",
            "audit_days",
        )
        help_texts = {
            "backup_hours": _("0: no regular backups."),
            "ignored_days": _("0: for ever. Tracked emails are never removed."),
            "alert_days": _("0: for ever."),
            "test_days": _("0: for ever."),
            "timeline_days": _("0: for ever, up to 500 rows of each mailbox."),
            "session_days": _("0: for ever. Failed sign-ins go with them."),
            "raw_days": _("0: for ever. Texts and attachments stay; the source as it came goes."),
            "audit_days": _("0: for ever. Ask who answers for data protection first."),
        }
