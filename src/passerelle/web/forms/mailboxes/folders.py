"""A folder of a mailbox that is to be read, beside the record that is pressed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.crm.services import Regarded
from passerelle.sync.models.folders import NAME_CHARS
from passerelle.sync.services import Wish


class FolderForm(forms.Form):
    """Which folder, and what of it."""

    folder = forms.CharField(max_length=NAME_CHARS, strip=False, widget=forms.HiddenInput)
    leaves_earlier = forms.BooleanField(
        label=_("Leave what lies there now"),
        required=False,
        help_text=_(
            "Otherwise all of it is tracked, however old it is. Counts where the folder is bound "
            "to a record; read like the inbox, it has the start of the mailbox."
        ),
    )

    def wish(self, regarding: Regarded | None) -> Wish:
        """What was chosen."""
        data = self.cleaned_data
        return Wish(data["folder"], regarding, takes_earlier=not data["leaves_earlier"])
