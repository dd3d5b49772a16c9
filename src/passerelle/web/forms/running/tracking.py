"""The organization's rules of tracking."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.mailboxes.models import TrackingRules
from passerelle.web.forms.records import RecordForm


class TrackingForm(RecordForm[TrackingRules]):
    """All of the one row, each with what it changes."""

    class Meta:
        model = TrackingRules
        fields = (
            "own_filter_only",
            "forced_filter",
            "own_options",
            "internal_to_queues",
            "internal_from_queues_ignored",
            "items_for_recipients",
            "item_for_read_queue",
            "items_for_tracked",
            "forwards_are_replies",
            "smart_matching",
            "smart_matching_trusted",
            "words_apart",
            "words_ignored",
            "people_least",
            "hashes_most",
            "earlier_tokens",
            "plus_addresses",
            "sender_unresolved",
            "recipients_unresolved",
            "inactive_meant",
            "bounces_tracked",
            "receipts_tracked",
            "folders_most",
            "track_sent",
            "create_automatically",
            "create_by_choice",
            "created_most",
        )
        widgets: ClassVar = {
            "earlier_tokens": forms.Textarea(attrs={"rows": 3, "class": "code"}),
            "words_ignored": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "own_filter_only": _(
                "Otherwise every user and queue that is a recipient is asked. Example: Anna takes "
                "no email, Bert takes all. An email to both is tracked when Bert’s mailbox is "
                "read, and with this not for Anna’s."
            ),
            "forced_filter": _(
                "Nobody’s own choice counts then. Queues keep theirs. Example: with “No email "
                "messages” only queues take email by themselves."
            ),
            "own_options": _(
                "On My mailbox; administrators choose any on the page of a user. Example: nobody "
                "has all of their email tracked unless an administrator says so."
            ),
            "internal_to_queues": _(
                "Counts where an email between users is one activity. Example: Anna writes to "
                "Support; it is tracked as received, too, and lies in the queue."
            ),
            "internal_from_queues_ignored": _(
                "Counts where an email between users is one activity. Example: Support writes to "
                "Anna; what she receives is ignored, as the sent email is tracked."
            ),
            "items_for_recipients": _(
                "Example: an email to Support and Sales lies in both queues, whichever mailbox it "
                "was read in."
            ),
            "item_for_read_queue": _(
                "Example: an email that reaches Support by Bcc or by a list lies in that queue."
            ),
            "items_for_tracked": _(
                "Example: an email that Anna’s mailbox brought reaches Support, too, by a list: it "
                "is no second record, but lies in the queue."
            ),
            "forwards_are_replies": _(
                "Otherwise such a link is only proposed on the page of the email. Example: Carla "
                "forwards an old email of hers about something new; it is joined to the old one, "
                "and regards what that one does."
            ),
            "plus_addresses": _(
                "Tick it if your mail server delivers so. A record with exactly that address comes "
                "first. Example: an email to anna+shop@example.com is Anna’s, as one to "
                "anna@example.com is."
            ),
            "sender_unresolved": _(
                "Otherwise one is chosen: of the owner of the mailbox first, then a user, a "
                "contact, an account. Example: two contacts share info@example.com; an email from "
                "it names neither, and its page says so."
            ),
            "recipients_unresolved": _(
                "Otherwise each of them is a recipient. Example: two contacts share "
                "info@example.com; an email to it names neither. Users and queues receive what is "
                "sent to their address all the same."
            ),
            "inactive_meant": _(
                "Otherwise an address that only an inactive record has means nobody. Example: a "
                "contact who left; their email is no longer from a contact."
            ),
            "bounces_tracked": _(
                "It stands at the email that did not arrive, or not yet. Otherwise only the "
                "recipient is marked there, and you are told of a failure all the same."
            ),
            "receipts_tracked": _(
                "Otherwise only the recipient is marked, with the day of arrival or of reading. "
                "Example: Clara confirms that she read an offer; with this her confirmation is an "
                "email in its conversation, too."
            ),
            "folders_most": _(
                "Of each mailbox, at most 200. Each costs one more command at every look. Folders "
                "that are read already stay."
            ),
            "track_sent": _(
                "Where the mailbox’s Folders page says so, too: what its owner sends with another "
                "program becomes an outgoing email from then on. Example: Anna answers Carla on "
                "her telephone, and the conversation here has her answer."
            ),
            "create_automatically": _(
                "Only of people whom no record knows; never of machines, mailing lists, delivery "
                "reports, colleagues, or addresses to which nobody can reply. Example: Dan, "
                "unknown so far, writes to Anna; her email is tracked, and Dan is a contact of "
                "hers."
            ),
            "create_by_choice": _(
                "Each user under My mailbox, each queue on its page. The choice of the one who "
                "took the email counts."
            ),
            "created_most": _(
                "Against floods: beyond it email is tracked as before, and an alert says so."
            ),
            "smart_matching": _(
                "Where an email names none that is here, one is looked for with the same words in "
                "its subject and two of the same people, besides the mailbox that is read. "
                "Example: Carla writes to Anna and Bert, “Re: Delivery of the pump”, from a "
                "program that names nothing; it is proposed as an answer to “Delivery of the "
                "pump” of last week, from Bert to her and Anna."
            ),
            "smart_matching_trusted": _(
                "Otherwise it is only proposed on the page of the email. Example: two matters "
                "of the same people under one subject, “Monthly report”, become one conversation "
                "with this."
            ),
            "words_apart": _(
                "0 to 3. Counts what one subject has and the other lacks, and never half of the "
                "words. Example: with 1, “Delivery of the pump today” is like “Delivery of the "
                "pump”. Each of them costs room and time for every email."
            ),
            "words_ignored": _(
                "One word or one group of words a line, without case and accents; an asterisk at "
                "the end of a word stands for what follows. Example: [EXTERN] and Ticket#* are "
                "left out of “[EXTERN] Ticket#4711 Delivery of the pump”."
            ),
            "people_least": _(
                "1 to 10, besides the mailbox that is read. Example: with 1, an answer of Carla to "
                "Anna alone is looked for, too."
            ),
            "hashes_most": _(
                "5 to 20. The first words of a subject count, and of a crowd as many people."
            ),
            "earlier_tokens": _(
                "One format a line: prefix, digits for user numbers, digits for the counter. They "
                "are read in answers to older email, and written no more. Example: SD# 3 3 is "
                "SD#0001001. A format that is changed in System Settings is added by itself."
            ),
        }
