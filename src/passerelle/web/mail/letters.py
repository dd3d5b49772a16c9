"""How the page of an email shows what was written: as HTML, as text, or its header fields."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext

from passerelle.crm.models import Email, SignInAccount
from passerelle.crm.services import drags_along, folded_text, headers_of, html_letter
from passerelle.messages import DEFAULT_LIMITS, Field, Folded, Letter, Shown
from passerelle.web.rights import AccountRequest

CHOICE_SECONDS = 3600  # as long as an administrator's reason holds
SHORT_CHARS, MIDDLE_CHARS = (
    500,
    1_500,
)  # of the text: how high the frame is, which no script can say
CHARS_A_PIXEL = 5  # a line of text is 20 pixels high and has 80 characters; some air around it


class Mode(StrEnum):
    """What of an email is shown."""

    HTML = "html"
    TEXT = "text"
    HEADERS = "headers"


@dataclass(frozen=True, slots=True)
class LetterView:
    """What the page shows of a letter; `frame` is the address of its HTML, with the choice made."""

    mode: Mode
    has_html: bool = False
    frame: str = ""
    height: str = ""
    blocked: int = 0  # remote pictures that are not loaded
    fields: list[Field] = field(default_factory=list)
    text: Folded | None = None  # with its earlier messages apart
    is_cut: bool = False  # there is more than is shown
    has_headers: bool = True  # the reader may see the header fields


def letter_view(request: AccountRequest, email: Email, *, headers: bool) -> LetterView:
    """The HTML where there is some, unless something else is asked for that they may see."""
    asked = request.GET.get("show", "")
    if asked == Mode.HEADERS and headers:
        return LetterView(Mode.HEADERS, email.raw is not None, fields=headers_of(email))
    letter = html_letter(email)
    if letter is None or asked == Mode.TEXT:
        is_cut = len(email.description) >= DEFAULT_LIMITS.text_chars
        return LetterView(
            Mode.TEXT,
            letter is not None,
            text=folded_text(email),
            is_cut=is_cut,
            has_headers=headers,
        )
    remote = pictures_chosen(request, email.pk)
    address = reverse("web:email-frame", args=[email.pk])
    return LetterView(
        Mode.HTML,
        has_html=True,
        frame=f"{address}?pictures={request.GET['pictures']}" if remote else address,
        height=_height(email, letter),
        blocked=shown_letter(email, letter, remote=remote).blocked,
        is_cut=letter.is_cut,
        has_headers=headers,
    )


def shown_letter(email: Email, letter: Letter, *, remote: bool) -> Shown:
    """The HTML of an email as its frame shows it."""
    earlier = gettext("Earlier messages") if drags_along(email) else ""
    return letter.shown(remote=remote, earlier=earlier)


def picture_choice(account: SignInAccount, key: UUID) -> str:
    """A signed word: this person wants the remote pictures of this email, for a while.

    Nobody can make somebody else load pictures, which tell their server who reads when, by a link.
    """
    return _signer().sign(_word(account, key))


def pictures_chosen(request: AccountRequest, key: UUID) -> bool:
    """Whether the address holds this person's choice."""
    try:
        word = _signer().unsign(request.GET.get("pictures", ""), max_age=CHOICE_SECONDS)
    except signing.BadSignature:
        return False
    return word == _word(request.user, key)


def _height(email: Email, letter: Letter) -> str:
    chars = len(folded_text(email).above) + letter.pictures_height * CHARS_A_PIXEL
    return "short" if chars < SHORT_CHARS else "middle" if chars < MIDDLE_CHARS else ""


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="pictures of an email")


def _word(account: SignInAccount, key: UUID) -> str:
    return f"{account.pk.hex}.{key.hex}"
