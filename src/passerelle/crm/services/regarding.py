"""What an email regards: one account, contact or lead, or nothing."""

from passerelle.crm.models import Account, Contact, Email, Lead

Regarded = Account | Contact | Lead
_COLUMNS: dict[type[Regarded], str] = {
    Account: "regarding_account",
    Contact: "regarding_contact",
    Lead: "regarding_lead",
}


def set_regarding(email: Email, record: Regarded | None) -> None:
    """Have the email regard this record and no other."""
    for kind, column in _COLUMNS.items():
        setattr(email, column, record if isinstance(record, kind) else None)
    email.save(update_fields=[*_COLUMNS.values(), "modified_on"])
