"""A rule of what is never tracked, as a person chooses it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.tracking import NeverKind, NeverRule

# The kinds with a value that a person writes, then those whose value is part of the choice.
WRITTEN = {
    NeverKind.ADDRESS: _("The address of its sender"),
    NeverKind.DOMAIN: _("The domain of its sender, with subdomains"),
    NeverKind.OWN_DOMAIN: _("Our own domain: sender and all recipients are there"),
    NeverKind.SUBJECT: _("How its subject begins"),
    NeverKind.LIST: _("One mailing list, by its List-Id"),
}
CHOSEN = {
    f"{NeverKind.LIST.value}=": _("It comes from any mailing list"),
    f"{NeverKind.AUTOMATIC.value}=": _("A machine wrote it: automatic answers, notices"),
    f"{NeverKind.PRECEDENCE.value}=": _("Bulk mail: Precedence is bulk, list or junk"),
    f"{NeverKind.SENSITIVITY.value}=": _("Its sender marked it personal, private or confidential"),
    f"{NeverKind.SENSITIVITY.value}=personal": _("Its sender marked it personal"),
    f"{NeverKind.SENSITIVITY.value}=private": _("Its sender marked it private"),
    f"{NeverKind.SENSITIVITY.value}=company-confidential": _("Its sender marked it confidential"),
}
CHOICES = [
    (_("What I write below"), [(kind.value, label) for kind, label in WRITTEN.items()]),
    (_("What its header says"), list(CHOSEN.items())),
]


class NeverTrackForm(forms.Form):
    """By what such email is known, and whether answers are spared."""

    what = forms.ChoiceField(label=_("Never track by"), choices=CHOICES)
    value = forms.CharField(
        label=_("Value"),
        required=False,
        max_length=320,
        help_text=_("For example anna@example.com, example.com, or [Personal]."),
    )
    spares_answers = forms.BooleanField(
        label=_("Track what answers tracked email all the same"),
        required=False,
        initial=True,
        help_text=_(
            "Counts for lists, automatic and bulk mail. Example: an out-of-office note that "
            "answers a tracked email."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """A choice with its own value takes none beside it; one list has to be named."""
        values = super().clean() or self.cleaned_data
        what, written = values.get("what", ""), values.get("value", "")
        if "=" in what and written:
            self.add_error("value", _("This kind takes no value."))
        elif what == NeverKind.LIST.value and not written:
            self.add_error("value", _("Write the List-Id that the header of its messages has."))
        return values

    def rule(self) -> NeverRule:
        """What was chosen."""
        kind, _sign, value = self.cleaned_data["what"].partition("=")
        return NeverRule(
            NeverKind(kind),
            value or self.cleaned_data["value"],
            self.cleaned_data["spares_answers"],
        )
