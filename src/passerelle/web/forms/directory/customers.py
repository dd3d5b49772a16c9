"""Accounts, contacts and leads."""

from typing import Any

from django.db.models import Q
from django.forms import ModelChoiceField
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import Account, Contact, Lead
from passerelle.web.forms.records import RecordForm


class AccountForm(RecordForm[Account]):
    class Meta:
        model = Account
        fields = ("name", "email_address1", "telephone1", "owner", "statecode")
        labels = {"statecode": _("State")}


class ContactForm(RecordForm[Contact]):
    class Meta:
        model = Contact
        fields = (
            "first_name",
            "last_name",
            "email_address1",
            "email_address2",
            "email_address3",
            "job_title",
            "telephone1",
            "parent_customer",
            "owner",
            "statecode",
        )
        labels = {"statecode": _("State")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = self.fields["parent_customer"]
        assert isinstance(accounts, ModelChoiceField)
        offered = Q(merged=False) | Q(pk=self.instance.parent_customer_id)
        accounts.queryset = Account.objects.filter(offered)


class LeadForm(RecordForm[Lead]):
    class Meta:
        model = Lead
        fields = (
            "subject",
            "first_name",
            "last_name",
            "company_name",
            "email_address1",
            "owner",
            "statecode",
        )
        labels = {"statecode": _("State")}
