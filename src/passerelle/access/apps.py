"""Django's name for this area; each sign-in begins a session that is listed."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "passerelle.access"
    label = "access"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_login_failed

        from passerelle.access.invitations.work import register_invitations
        from passerelle.access.sessions import begin_session, note_refusal

        register_invitations()
        user_logged_in.connect(begin_session, dispatch_uid="passerelle.access.sessions")
        user_login_failed.connect(note_refusal, dispatch_uid="passerelle.access.refusals")
