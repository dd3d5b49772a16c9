"""Django's name for this area, and what it registers: whose addresses count, what to run."""

from django.apps import AppConfig


class MailboxesConfig(AppConfig):
    name = "passerelle.mailboxes"
    label = "mailboxes"

    def ready(self) -> None:
        from passerelle.crm.services import follow_addresses, withhold_addresses
        from passerelle.mailboxes.bulk.work import register_bulk
        from passerelle.mailboxes.profiles.trying import register_profile_tests
        from passerelle.mailboxes.services import awaiting_approval, follow_address
        from passerelle.mailboxes.testing.run import register_tests
        from passerelle.mailboxes.tracking.hashing import register_hashing
        from passerelle.mailboxes.tracking.limits import register_limits
        from passerelle.mailboxes.waves.work import register_waves

        follow_addresses(follow_address)
        withhold_addresses(awaiting_approval)
        register_tests()
        register_profile_tests()
        register_bulk()
        register_waves()
        register_hashing()
        register_limits()
