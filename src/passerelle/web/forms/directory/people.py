"""Users, queues, and the accounts by which people sign in."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import Queue, QueueMembership, SignInAccount, SystemUser
from passerelle.crm.models.people import FilteringMethod, Role, State
from passerelle.web.forms.directory.creating import creating_field
from passerelle.web.forms.mail.sharing import level_field
from passerelle.web.forms.records import RecordForm


class UserForm(RecordForm[SystemUser]):
    """A user of the CRM. A new one has only answers tracked, as in the record and the original."""

    incoming_email_filtering_method = forms.TypedChoiceField(
        label=_("Track"),
        choices=FilteringMethod.choices,
        coerce=lambda v: FilteringMethod(int(v)),
        initial=FilteringMethod.REPLIES,
    )
    shared_level = level_field(
        _("Others see"),
        _("What colleagues see of this user’s email with a customer, on the customer’s page."),
    )
    create_automatically = creating_field()

    class Meta:
        model = SystemUser
        fields = (
            "fullname",
            "internal_email_address",
            "incoming_email_filtering_method",
            "shared_level",
            "create_automatically",
            "is_disabled",
        )


class QueueForm(RecordForm[Queue]):
    """A queue and who works in it."""

    incoming_email_filtering_method = forms.TypedChoiceField(
        label=_("Track"), choices=FilteringMethod.choices, coerce=lambda v: FilteringMethod(int(v))
    )
    create_automatically = creating_field()
    statecode = forms.TypedChoiceField(
        label=_("State"), choices=State.choices, coerce=lambda v: State(int(v))
    )
    shared_level = level_field(
        _("Others see"),
        _("What others than its members see of the queue’s email with a customer."),
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Members"),
        queryset=SystemUser.objects.filter(is_disabled=False),
        required=False,
        help_text=_("Members see the emails of the queue and may answer from it."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )

    class Meta:
        model = Queue
        fields = (
            "name",
            "email_address",
            "incoming_email_filtering_method",
            "shared_level",
            "create_automatically",
            "owner",
            "statecode",
        )
        help_texts = {"owner": _("Owns the emails that only this queue received.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            members = self.instance.members.all()
            self.initial["members"] = members
            self._keep_disabled_members()

    def _keep_disabled_members(self) -> None:
        """A member who was disabled meanwhile is not lost by saving the form."""
        field = self.fields["members"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        members = QueueMembership.objects.filter(queue=self.instance).values("systemuser")
        field.queryset = SystemUser.objects.filter(Q(is_disabled=False) | Q(pk__in=members))


class SignInAccountForm(RecordForm[SignInAccount]):
    """The account of a user: name, role, active."""

    role = forms.TypedChoiceField(
        label=_("Role"), choices=Role.choices, coerce=Role, initial=Role.USER
    )

    class Meta:
        model = SignInAccount
        fields = ("username", "role")


class SignInChangeForm(RecordForm[SignInAccount]):
    """What may change of an account; its name stays."""

    role = forms.TypedChoiceField(label=_("Role"), choices=Role.choices, coerce=Role)

    class Meta:
        model = SignInAccount
        fields = ("role", "is_active")
