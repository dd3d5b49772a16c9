"""Accounts, contacts and leads."""

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
