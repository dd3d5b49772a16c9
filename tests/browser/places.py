"""Every page there is, who looks at it, and what stands in its address.

A new page of the product is added to `PAGES`; what is no page by itself, to `NO_PAGES` with its
reason. `test_every_page.py` holds both against the addresses of the product.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.test import Client
from django.urls import reverse
from tests.browser.whole_company import DUPLICATE, LOCKED_OUT, WholeCompany
from tests.unit.web.conftest import PASSWORD, signed_in
from tests.unit.web.test_who_may_open_what import shared_signature, shared_template

from passerelle.alerts.models import Alert
from passerelle.crm.models import AuditEntry, SignInAccount
from passerelle.mailboxes.models import Mailbox
from passerelle.router.models import ReviewRow
from passerelle.router.services import profiles_of
from passerelle.web.signing_in import END_SESSION

Keys = Callable[[WholeCompany], list[object]]


class Who(Enum):
    """Through whose eyes a page is looked at."""

    ADMINISTRATOR = "administrator"
    USER = "user"
    OPERATOR = "operator"
    AWAITED = "somebody whose second factor is awaited"
    OF_PROVIDER = "user with a second factor who came by the provider"
    NOBODY = "nobody"

    def client(self, company: WholeCompany) -> Client | None:
        """A browser of this person, as far as they have come; None before any step."""
        world = company.world
        match self:
            case Who.NOBODY:
                return None
            case Who.AWAITED:
                return _awaited(world.bob)
            case Who.OF_PROVIDER:
                return _of_provider(world.bob)
        account = {
            Who.ADMINISTRATOR: world.administrator,
            Who.USER: world.ann,
            Who.OPERATOR: company.operator,
        }[self]
        return signed_in(account)


def _awaited(account: SignInAccount) -> Client:
    client = Client()
    client.post(reverse("web:sign-in"), {"username": account.username, "password": PASSWORD})
    return client


def _of_provider(account: SignInAccount) -> Client:
    client = signed_in(account)
    session = client.session
    session[END_SESSION] = "https://login.company.example/sign-out"
    session.save()
    return client


@dataclass(frozen=True, slots=True)
class Place:
    """One look at a page, or at what it answers when a button of it is pressed."""

    name: str
    keys: Keys = lambda _: []
    who: Who = Who.ADMINISTRATOR
    query: str = ""
    status: int = 200
    press: str = ""  # a selector
    typed: Mapping[str, str] = field(default_factory=dict)  # by selector, before

    def address(self, company: WholeCompany) -> str:
        return reverse(f"web:{self.name}", args=self.keys(company)) + self.query

    @property
    def title(self) -> str:
        pressed = f", {self.press} pressed" if self.press else ""
        return f"{self.name}{self.query} as {self.who.value}{pressed}"


def _mailbox(company: WholeCompany) -> list[object]:
    return [company.world.mailbox.pk]


def _forward(company: WholeCompany) -> list[object]:
    return [Mailbox.objects.get(is_forward_mailbox=True).pk]


def _reviewed(company: WholeCompany) -> list[object]:
    return [company.reviewed.pk]


def _person(company: WholeCompany) -> list[object]:
    """The rows are made when the list of people is opened, which is looked at before."""
    return [company.reviewed.pk, ReviewRow.objects.filter(migration=company.reviewed)[0].pk]


def _migrated(company: WholeCompany) -> list[object]:
    return [company.done_migration.pk]


def _plan(company: WholeCompany) -> list[object]:
    return [company.plan.pk]


def _ann(company: WholeCompany) -> list[object]:
    return [company.world.ann_user.pk]


MAIN = "main button.main"
SIGN_IN = 'main form[method="post"] button'
WRONG = {"#id_username": "nobody", "#id_password": "wrong"}
SIGNED_OUT = [
    Place("sign-in", who=Who.NOBODY),
    Place("sign-in", who=Who.NOBODY, typed=WRONG, press=SIGN_IN),
    Place(
        "sign-in", who=Who.NOBODY, typed={**WRONG, "#id_username": LOCKED_OUT}, press=SIGN_IN,
        status=429,
    ),
    Place("sign-in-link", lambda _: ["token"], who=Who.NOBODY),
    Place("sign-in-link", lambda _: ["token"], who=Who.NOBODY, press=MAIN, status=410),
    Place("sign-in-link", lambda c: [c.token_to_provider], who=Who.NOBODY),
    Place("provider-invited", lambda _: ["token"], who=Who.NOBODY, status=410),
    Place("provider-back", who=Who.NOBODY, status=403),
]  # fmt: skip
AT_THE_SECOND_STEP = [
    Place("second-factor", who=Who.AWAITED),
    Place("second-factor", who=Who.AWAITED, typed={"#id_code": "123"}, press=MAIN, status=422),
]
WITH_A_SECOND_FACTOR = [
    Place("contact", lambda c: [c.world.contact.pk], who=Who.OF_PROVIDER),  # as it is shared
    Place("email", lambda c: [c.world.received.pk], who=Who.OF_PROVIDER),
    Place("security", who=Who.OF_PROVIDER),
    Place(
        "security", who=Who.OF_PROVIDER, typed={"#id_proof": "wrong"},
        press='button[name="codes"]', status=422,
    ),
    Place(
        "security", who=Who.OF_PROVIDER, typed={"#id_proof": PASSWORD}, press='button[name="codes"]'
    ),
    Place("home", who=Who.OF_PROVIDER, press='form[action="/sign-out/"] button'),
]  # fmt: skip
OF_A_USER = [
    Place("home", who=Who.USER),
    Place("search", who=Who.USER, query="?q=carla"),
    Place("password", who=Who.USER),
    Place(
        "password",
        who=Who.USER,
        press=MAIN,
        status=422,
        typed={
            "#id_old_password": "wrong",
            "#id_new_password1": "short",
            "#id_new_password2": "other",
        },
    ),
    Place("security", who=Who.USER),
    Place("second-factor-set-up", who=Who.USER),
    Place(
        "second-factor-set-up", who=Who.USER, typed={"#id_code": "123456"}, press=MAIN, status=422
    ),
    Place("my-mailbox", who=Who.USER),
    Place("my-credentials", who=Who.USER),
    Place("my-never-track", who=Who.USER),
    Place("my-aliases", who=Who.USER),
    Place("my-folders", who=Who.USER),
    Place("my-folder", who=Who.USER, query="?folder=Clients%2FDubois"),
    Place("my-timeline", who=Who.USER),
    Place("emails", who=Who.USER),
    Place("emails", who=Who.USER, query="?q=nothing+like+it"),
    Place("emails", who=Who.USER, query="?since=2026-01-01&files=1&state=4"),
    Place("emails", who=Who.USER, query="?person=carla"),
    Place("emails", who=Who.USER, query="?person=example"),
    Place("emails", who=Who.USER, query="?person=nobody+like+it"),
    Place("where", who=Who.USER, query="?q=carla@customer.example"),
    Place("where", who=Who.USER, query="?q=nobody@nowhere.example"),
    Place("email", lambda c: [c.world.received.pk], who=Who.USER),
    Place("email", lambda c: [c.html.pk], who=Who.USER),
    Place("email", lambda c: [c.rich.pk], who=Who.USER),
    Place("email", lambda c: [c.world.lost.pk], who=Who.USER),
    Place("desks", who=Who.USER),
    Place("desk", lambda c: [c.world.queue.pk], who=Who.USER),
    Place("desk", lambda c: [c.world.queue.pk], who=Who.USER, query="?show=done"),
    Place("queue-item-route", lambda c: [c.queue_item.pk], who=Who.USER),
    Place("email-person", lambda c: [c.stranger.email_id, c.stranger.pk], who=Who.USER),
    Place("email-regarding", lambda c: [c.world.received.pk], who=Who.USER),
    Place("email-untrack", lambda c: [c.world.received.pk], who=Who.USER),
    Place("email-new", who=Who.USER),
    Place("email-edit", lambda c: [c.world.draft.pk], who=Who.USER),
    Place("writing", who=Who.USER),
    Place("signature-new", who=Who.USER),
    Place("template-new", who=Who.USER),
    Place("accounts", who=Who.USER),
    Place("account", lambda c: [c.world.account.pk], who=Who.USER),
    Place("account-new", who=Who.USER),
    Place("account-edit", lambda c: [c.world.account.pk], who=Who.USER),
    Place("account-merge", lambda c: [c.world.account.pk], who=Who.USER),
    Place(
        "account-merge", lambda c: [c.world.account.pk], who=Who.USER, query=f"?other={DUPLICATE}"
    ),
    Place("account", lambda c: [c.merging.master], who=Who.USER),
    Place("account", lambda c: [c.merging.other], who=Who.USER),
    Place("contacts", who=Who.USER),
    Place("records-made"),
    Place("records-made", who=Who.USER),
    Place("contact", lambda c: [c.world.contact.pk], who=Who.USER),
    Place("contact-new", who=Who.USER),
    Place("contact-edit", lambda c: [c.world.contact.pk], who=Who.USER),
    Place("contact-merge", lambda c: [c.world.contact.pk], who=Who.USER),
    Place("contact-merge", lambda c: [c.world.contact.pk], who=Who.USER, query="?q=zzz"),
    Place("leads", who=Who.USER),
    Place("lead", lambda c: [c.world.lead.pk], who=Who.USER),
    Place("lead-new", who=Who.USER),
    Place("lead-edit", lambda c: [c.world.lead.pk], who=Who.USER),
    Place("lead-merge", lambda c: [c.world.lead.pk], who=Who.USER),
    Place("settings", who=Who.USER, status=403),
    Place("email", lambda c: [c.world.mailbox.pk], who=Who.USER, status=404),
]
OF_AN_OPERATOR = [
    Place("home", who=Who.OPERATOR),
    Place("mailboxes", who=Who.OPERATOR),
    Place("mailboxes-bulk", query="?action=test&every=on", who=Who.OPERATOR),
    Place("bulk-history", who=Who.OPERATOR),
    Place("mailbox", _mailbox, who=Who.OPERATOR),
    Place("alerts", who=Who.OPERATOR),
]
OF_AN_ADMINISTRATOR = [
    Place("home"),
    Place("email", lambda c: [c.world.received.pk]),
    Place("writing"),
    Place("where", query="?q=carla@customer.example"),
    Place("signature", lambda c: shared_signature(c.world)),
    Place("template", lambda c: shared_template(c.world)),
    Place("mailboxes"),
    Place("mailboxes-bulk", query="?action=approve&every=on&wanted=kind%3Dqueues"),
    Place("bulk-history"),
    Place("bulk", lambda c: [c.bulk.pk]),
    Place("mailbox", _mailbox),
    Place("mailbox", _forward),
    Place("mailbox-timeline", _mailbox),
    Place("mailbox-folders", _mailbox),
    Place("mailbox-folder", _mailbox, query="?folder=Clients%2FDubois&q=c"),
    Place("mailbox-decisions", _mailbox),
    Place("mailbox-decisions", _mailbox, query="?outcome=ignored"),
    Place("mailbox-edit", _mailbox),
    Place("mailbox-credentials", _mailbox),
    Place("forward-mailbox-new"),
    Place("alerts"),
    Place("alerts", query="?box=closed"),
    Place("alert-cause", lambda _: [Alert.objects.filter(closed_on=None)[0].cause]),
    Place("notices"),
    Place("waves"),
    Place("wave-new"),
    Place("wave-plan", _plan),
    Place("wave-members", lambda c: [c.plan.pk, 1]),
    Place("wave-gaps", _plan),
    Place("profiles"),
    Place("profile", lambda c: [c.world.profile.pk]),
    Place("profile-new"),
    Place("profile-edit", lambda c: [c.world.profile.pk]),
    Place("quarantine"),
    Place("quarantine-item", lambda c: [c.world.quarantined.pk]),
    Place("migrations"),
    Place("migration-files"),
    Place("migration-table"),
    Place("migration-profiles", _reviewed),
    Place("migration-profile", lambda c: [c.reviewed.pk, profiles_of(c.reviewed)[0].key]),
    Place("migration-people", _reviewed),
    Place("migration-person", _person),
    Place("migration-credentials", _reviewed),
    Place("migration-decisions", _reviewed),
    Place("migration-review", _reviewed),
    Place("migration", _migrated),
    Place("migration-undo", _migrated),
    Place("settings"),
    Place("settings-switch"),
    Place("relay"),
    Place("tracking"),
    Place("sharing"),
    Place("tracking-never"),
    Place("sending-limits"),
    Place("upkeep"),
    Place("sign-in-settings"),
    Place("single-sign-on"),
    Place("health"),
    Place("installation"),
    Place("users"),
    Place("user", _ann),
    Place("user", _ann, press='form[action$="/link/"] button'),
    Place("user-new"),
    Place("user-edit", _ann),
    Place("aliases-waiting"),
    Place("user-aliases", _ann),
    Place("user-never-track", _ann),
    Place("sign-in-accounts"),
    Place("sign-in-account-new"),
    Place("invitations"),
    Place("invitations-new"),
    Place("sign-in-account", lambda c: [c.world.bob.pk]),
    Place("sign-in-account", lambda c: [c.world.bob.pk], press='form[action$="/link/"] button'),
    Place("queues"),
    Place("queue", lambda c: [c.world.queue.pk]),
    Place("queue-new"),
    Place("queue-edit", lambda c: [c.world.queue.pk]),
    Place("queue-aliases", lambda c: [c.world.queue.pk]),
    Place("queue-never-track", lambda c: [c.world.queue.pk]),
    Place("audit"),
    Place("audit-entry", lambda _: [AuditEntry.objects.latest("done_on").pk]),
    Place("teams"),
    Place("team", lambda c: [c.team.pk]),
    Place("imports"),
    Place("import-new"),
    Place("import-columns", lambda c: [c.waiting_import.pk]),
    Place("import", lambda c: [c.done_import.pk]),
]
PAGES = [
    *SIGNED_OUT, *AT_THE_SECOND_STEP, *WITH_A_SECOND_FACTOR,
    *OF_A_USER, *OF_AN_OPERATOR, *OF_AN_ADMINISTRATOR,
]  # fmt: skip

_PART = "a part that stands within a page, which is looked at"
_DOWNLOAD = "a download"
_ONWARD = "sends elsewhere"
_PROGRAMS = "answers programs"
NO_PAGES = {
    "status": _PART,
    "profile-port": _PART,
    "profile-names": _PART,
    "profile-steps": _PART,
    "test-steps": _PART,
    "my-test-steps": _PART,
    "place-track": _PART,
    "settings-token": _PART,
    "mailbox-epoch": _PART,
    "bulk-progress": _PART,
    "wave-progress": _PART,
    "import-progress": _PART,
    "account-merging": _PART,
    "contact-merging": _PART,
    "lead-merging": _PART,
    "migration-progress": _PART,
    "email-frame": "the letter of somebody else, in its frame",
    "email-source": _DOWNLOAD,
    "email-attachment": _DOWNLOAD,
    "email-image": _PART,
    "wording-image": _PART,
    "audit-export": _DOWNLOAD,
    "import-refused": _DOWNLOAD,
    "migration-names": _DOWNLOAD,
    "migration-table-csv": _DOWNLOAD,
    "migration-json": _DOWNLOAD,
    "migration-csv": _DOWNLOAD,
    "migration-decisions-table": _DOWNLOAD,
    "provider-start": _ONWARD,
    "sign-out": _ONWARD,
    "language": _ONWARD,
    "health-live": _PROGRAMS,
    "health-ready": _PROGRAMS,
    "metrics": _PROGRAMS,
}
