"""System settings, email server profiles, mailboxes, their credentials and their tests."""

from passerelle.mailboxes.models.bulk import BulkAction, BulkItem
from passerelle.mailboxes.models.credentials import Credential, FirstTry, Refusal
from passerelle.mailboxes.models.mailbox import Mailbox
from passerelle.mailboxes.models.never_track import NeverTrackRule
from passerelle.mailboxes.models.profile import EmailServerProfile
from passerelle.mailboxes.models.relay import SystemRelay
from passerelle.mailboxes.models.sending import SendingRate
from passerelle.mailboxes.models.settings import ProcessingSwitch, SystemSettings
from passerelle.mailboxes.models.test_runs import (
    ProfileTest,
    ProfileTestStep,
    TestRun,
    TestStep,
)
from passerelle.mailboxes.models.tracking import TrackingRules
from passerelle.mailboxes.models.waves import Wave, WaveMember, WavePlan

__all__ = [
    "BulkAction",
    "BulkItem",
    "Credential",
    "EmailServerProfile",
    "FirstTry",
    "Mailbox",
    "NeverTrackRule",
    "ProcessingSwitch",
    "ProfileTest",
    "ProfileTestStep",
    "Refusal",
    "SendingRate",
    "SystemRelay",
    "SystemSettings",
    "TestRun",
    "TestStep",
    "TrackingRules",
    "Wave",
    "WaveMember",
    "WavePlan",
]
