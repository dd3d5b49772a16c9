"""Addresses of the pages."""

from django.urls import path

from passerelle.web.views import (
    alerts,
    customers,
    emails,
    home,
    letters,
    mailboxes,
    people,
    profiles,
    quarantine,
    settings,
    sign_in,
)
from passerelle.web.views.customers import ACCOUNT, CONTACT, LEAD

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/<str:token>/", sign_in.sign_in_by_link, name="sign-in-link"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/", sign_in.password, name="password"),
    path("language/", sign_in.language, name="language"),
    path("emails/", emails.listed, name="emails"),
    path("emails/new/", letters.new, name="email-new"),
    path("emails/<uuid:key>/", emails.record, name="email"),
    path("emails/<uuid:key>/reason/", emails.reason, name="email-reason"),
    path("emails/<uuid:key>/source/", emails.source, name="email-source"),
    path("emails/<uuid:key>/attachments/<int:number>/", emails.attachment, name="email-attachment"),
    path("emails/<uuid:key>/reply/", letters.answer, name="email-reply"),
    path("emails/<uuid:key>/edit/", letters.edit, name="email-edit"),
    path("emails/<uuid:key>/discard/", letters.discard, name="email-discard"),
    path("emails/<uuid:key>/was-sent/", letters.was_sent, name="email-was-sent"),
    path("emails/<uuid:key>/send-again/", letters.again, name="email-again"),
    path("settings/", settings.edit, name="settings"),
    path("settings/token/", settings.token, name="settings-token"),
    path("settings/switch/", settings.switch, name="settings-switch"),
    path("profiles/", profiles.listed, name="profiles"),
    path("profiles/new/", profiles.new, name="profile-new"),
    path("profiles/port/<str:direction>/", profiles.port, name="profile-port"),
    path("profiles/<uuid:key>/", profiles.record, name="profile"),
    path("profiles/<uuid:key>/edit/", profiles.edit, name="profile-edit"),
    path("mailboxes/", mailboxes.listed, name="mailboxes"),
    path("mailboxes/act/", mailboxes.act, name="mailboxes-act"),
    path("mailboxes/tests/<uuid:key>/", mailboxes.test_steps, name="test-steps"),
    path("mailboxes/<uuid:key>/", mailboxes.record, name="mailbox"),
    path("mailboxes/<uuid:key>/edit/", mailboxes.edit, name="mailbox-edit"),
    path("mailboxes/<uuid:key>/credentials/", mailboxes.credentials, name="mailbox-credentials"),
    path("users/", people.users, name="users"),
    path("users/new/", people.new_user, name="user-new"),
    path("users/<uuid:key>/", people.user, name="user"),
    path("users/<uuid:key>/edit/", people.edit_user, name="user-edit"),
    path("users/<uuid:key>/account/", people.sign_in_account, name="user-account"),
    path("users/<uuid:key>/link/", people.sign_in_link, name="user-link"),
    path("queues/", people.queues, name="queues"),
    path("queues/new/", people.new_queue, name="queue-new"),
    path("queues/<uuid:key>/", people.queue, name="queue"),
    path("queues/<uuid:key>/edit/", people.edit_queue, name="queue-edit"),
    path("alerts/", alerts.listed, name="alerts"),
    path("quarantine/", quarantine.listed, name="quarantine"),
    path("quarantine/<uuid:key>/", quarantine.record, name="quarantine-item"),
    path("quarantine/<uuid:key>/source/", quarantine.source, name="quarantine-source"),
    path("quarantine/<uuid:key>/again/", quarantine.again, name="quarantine-again"),
    path("quarantine/<uuid:key>/take/", quarantine.take, name="quarantine-take"),
    *(
        path(f"{kind.name}s/{tail}", view, {"kind": kind}, name=name)
        for kind in (ACCOUNT, CONTACT, LEAD)
        for tail, view, name in (
            ("", customers.listed, f"{kind.name}s"),
            ("new/", customers.new, f"{kind.name}-new"),
            ("<uuid:key>/", customers.record, kind.name),
            ("<uuid:key>/edit/", customers.edit, f"{kind.name}-edit"),
        )
    ),
]
