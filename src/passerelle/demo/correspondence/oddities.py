"""The letters that break mail programs, written byte by byte: charsets, raw headers, bounces.

Each is something that real servers and clients send; none of it is attacking anything.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.base64mime import body_encode
from email.utils import format_datetime
from quopri import encodestring
from uuid import uuid4

from passerelle.demo.company import DOMAIN, Desk, Person
from passerelle.demo.correspondence.letters import pdf, png

BOUNDARY = "=_odd_but_real"
PERSONAL_MARK = "[Personnel]"


@dataclass(frozen=True, slots=True)
class Case:
    """Who writes to whom, and when."""

    sender: Person
    to: Person | Desk
    at: datetime
    token: str = field(default_factory=lambda: uuid4().hex)

    def head(self, *fields: str, name: str = "", subject: str = "") -> bytes:
        """The usual fields as raw UTF-8, and further ones."""
        shown = f"{name} <{self.sender.address}>" if name else f"<{self.sender.address}>"
        lines = [
            f"Date: {format_datetime(self.at)}",
            f"From: {shown}",
            f"To: {self.to.address}",
            f"Message-ID: <{self.token}@{self.sender.address.rpartition('@')[2]}>",
            "MIME-Version: 1.0",
            *([f"Subject: {subject}"] if subject else []),
            *fields,
        ]
        return "".join(f"{line}\r\n" for line in lines).encode()


def oddities() -> Iterator[Callable[[Case], bytes]]:
    """All of them, each a function of its case."""
    yield from (euro_sign, typographic_quotes, russian, chinese, raw_headers, unlabelled)
    yield from (html_only, newsletter, out_of_office, bounce, long_file_names, forwarded)
    yield from (without_id, double_declared, invitation, french_newsletter, personal)
    yield from (packed_by_outlook, encrypted, picture_in_text)


def euro_sign(case: Case) -> bytes:
    text = encodestring("Le total est de 1 250 € : c'est noté.\r\n".encode("iso-8859-15"))
    return (
        case.head(
            "Content-Type: text/plain; charset=iso-8859-15",
            "Content-Transfer-Encoding: quoted-printable",
            subject="=?iso-8859-15?Q?Total_de_1=A0250_=A4?=",
        )
        + b"\r\n"
        + text
    )


def typographic_quotes(case: Case) -> bytes:
    text = "The “brass” finish – as agreed – isn’t on the order…\r\n".encode("windows-1252")
    return (
        case.head(
            "Content-Type: text/plain; charset=windows-1252",
            "Content-Transfer-Encoding: 8bit",
            subject="=?windows-1252?Q?The_=93brass=94_finish?=",
        )
        + b"\r\n"
        + text
    )


def russian(case: Case) -> bytes:
    text = body_encode("Здравствуйте! Пришлите, пожалуйста, каталог.\r\n".encode("koi8-r"))
    return (
        case.head(
            "Content-Type: text/plain; charset=koi8-r",
            "Content-Transfer-Encoding: base64",
            subject=_word("Каталог", "koi8-r"),
        )
        + b"\r\n"
        + text.encode("ascii")
    )


def chinese(case: Case) -> bytes:
    text = body_encode("您好，请把产品目录发给我们。谢谢！\r\n".encode("gb18030"))
    return (
        case.head(
            'Content-Type: text/plain; charset="gb18030"',
            "Content-Transfer-Encoding: base64",
            subject=_word("产品目录", "gb18030"),
        )
        + b"\r\n"
        + text.encode("ascii")
    )


def raw_headers(case: Case) -> bytes:
    head = case.head(name="Agnès Élan", subject="Réunion à 14 h – salle Étoile")
    return (
        head
        + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
        + "À tout à l'heure, en salle Étoile.\r\n".encode()
    )


def unlabelled(case: Case) -> bytes:
    return (
        case.head(subject="Horaires d'ete")
        + b"\r\n"
        + "Nous fermons à midi en août.\r\n".encode("latin-1")
    )


def html_only(case: Case) -> bytes:
    text = (
        "<html><head><style>p{color:#333}</style></head><body><p>Dear team,</p>"
        "<p>our order is <b>confirmed</b>: 40&nbsp;spots at &euro;&thinsp;39.</p>"
        "<ul><li>20 white</li><li>20 black</li></ul>"
        '<img src="https://pixel.example/open.gif" width="1" height="1"></body></html>\r\n'
    )
    head = case.head("Content-Type: text/html; charset=utf-8", subject="Order confirmed")
    return head + b"\r\n" + text.encode()


def picture_in_text(case: Case) -> bytes:
    """A drawing in its place between two lines, as one that is written here is sent (RFC 2387)."""
    text = '<p>Voici la teinte choisie :</p><p><img src="cid:{0}" alt="Teinte"></p><p>Merci.</p>'
    name = f"teinte.{case.token}@{case.sender.address.rpartition('@')[2]}"
    head = case.head(
        f'Content-Type: multipart/related; type="text/html"; boundary="{BOUNDARY}"',
        subject="La teinte des abat-jour",
    )
    html = f"--{BOUNDARY}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{text.format(name)}\r\n"
    image = (
        f"--{BOUNDARY}\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-ID: <{name}>\r\nContent-Disposition: inline; filename="teinte.png"\r\n\r\n'
        f"{body_encode(png(120, 178, 92, 54))}--{BOUNDARY}--\r\n"
    )
    return head + b"\r\n" + (html + image).encode()


def newsletter(case: Case) -> bytes:
    head = case.head(
        "List-Id: <lights.example>",
        "List-Unsubscribe: <https://lights.example/unsubscribe>",
        "Precedence: bulk",
        "Content-Type: text/plain; charset=utf-8",
        subject="The lights weekly: ten ideas for dark corridors",
    )
    return head + b"\r\nThis week: corridors, stairs and one very large chandelier.\r\n"


def french_newsletter(case: Case) -> bytes:
    head = case.head(
        "List-Id: <lettre.lumiere.example>",
        "List-Unsubscribe: <https://lumiere.example/desabonnement>",
        "Precedence: bulk",
        "Content-Type: text/html; charset=utf-8",
        name="La lettre de la lumière",
        subject="=?utf-8?Q?La_lettre_de_la_lumi=C3=A8re_n=C2=B0_47?=",
    )
    text = "<h1>Éclairer un musée</h1><p>Trois chantiers, trois réponses.</p>\r\n"
    return head + b"\r\n" + text.encode()


def personal(case: Case) -> bytes:
    """From a friend who knows that the company keeps its mail."""
    head = case.head(
        "Content-Type: text/plain; charset=utf-8",
        subject=f"{PERSONAL_MARK} =?utf-8?Q?D=C3=AEner_jeudi?=",
    )
    return head + "\r\nTu viens toujours jeudi soir ? À huit heures.\r\n".encode()


def invitation(case: Case) -> bytes:
    """A meeting, as calendars send it (RFC 6047)."""
    begins = (case.at + timedelta(days=7)).strftime("%Y%m%dT090000Z")
    ends = (case.at + timedelta(days=7)).strftime("%Y%m%dT093000Z")
    calendar = "\r\n".join(
        (
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Made up//Calendar//EN", "METHOD:REQUEST",
            "BEGIN:VEVENT", f"UID:{case.token}", f"DTSTAMP:{case.at:%Y%m%dT%H%M%SZ}",
            f"DTSTART:{begins}", f"DTEND:{ends}", "SUMMARY:Visite du chantier",
            f"ORGANIZER:mailto:{case.sender.address}", f"ATTENDEE:mailto:{case.to.address}",
            "END:VEVENT", "END:VCALENDAR", "",
        )
    )  # fmt: skip
    parts = (
        ("text/plain; charset=utf-8", "Visite du chantier, à 9 h.\r\n".encode()),
        ("text/calendar; method=REQUEST; charset=utf-8", calendar.encode()),
    )
    head = case.head(
        f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"',
        subject="Invitation: Visite du chantier",
    )
    return head + b"\r\n" + _multipart(parts)


def out_of_office(case: Case) -> bytes:
    head = case.head(
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        "Content-Type: text/plain; charset=utf-8",
        subject="Absence / Out of office",
    )
    return head + "\r\nJe suis absent jusqu'à lundi. / I am away until Monday.\r\n".encode()


def bounce(case: Case) -> bytes:
    """A report on a letter of ours that nobody here knows of."""
    lost = f"old.address@{case.sender.address.rpartition('@')[2]}"
    return returned(case, lost, f"<{case.token}@{DOMAIN}>", "Catalogue")


def returned(
    case: Case, lost: str, message_id: str, subject: str, arrived: Sequence[str] = ()
) -> bytes:
    """A delivery status notification (RFC 3464): a letter of ours did not reach that address.

    Of those whom it reached there it is a receipt.
    """
    told = f"Your message to {lost} could not be delivered: the mailbox does not exist.\r\n"
    status = (
        "Reporting-MTA: dns; mx.provider.example\r\n\r\n"
        f"Final-Recipient: rfc822; {lost}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user here\r\n"
    )
    for address in arrived:
        told += f"It was delivered to {address}.\r\n"
        status += (
            f"\r\nFinal-Recipient: rfc822; {address}\r\nAction: delivered\r\nStatus: 2.1.5\r\n"
        )
    ours = (
        f"From: <{case.to.address}>\r\nTo: <{lost}>\r\n"
        f"Subject: {subject}\r\nMessage-ID: {message_id}\r\n"
    )
    parts = (
        ("text/plain; charset=us-ascii", told.encode()),
        ("message/delivery-status", status.encode()),
        ("text/rfc822-headers", ours.encode()),
    )
    head = case.head(
        "Auto-Submitted: auto-replied",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{BOUNDARY}"',
        name="Mail Delivery System",
        subject="Undelivered Mail Returned to Sender",
    )
    return head + b"\r\n" + _multipart(parts)


def long_file_names(case: Case) -> bytes:
    """Names split and encoded as RFC 2231 has it, and one as nobody should write it."""
    plan = (
        "application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;"
        "\r\n filename*0*=utf-8''Plan%20de%20l%27%C3%A9clairage%20du%20rez-de-;"
        "\r\n filename*1*=chauss%C3%A9e%20%28version%203%29.pdf"
    )
    photo = (
        'image/png; name="=?utf-8?Q?fa=C3=A7ade=2Epng?="\r\nContent-Transfer-Encoding: base64'
        '\r\nContent-Disposition: attachment; filename="=?utf-8?Q?fa=C3=A7ade=2Epng?="'
    )
    table = (
        "text/csv; charset=iso-8859-1\r\nContent-Disposition: attachment;"
        "\r\n filename*=iso-8859-1'fr'r%E9f%E9rences.csv"
    )
    head = case.head(
        f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"',
        subject="=?utf-8?Q?Plans_du_rez-de-chauss=C3=A9e?=",
    )
    return (
        head
        + b"\r\n"
        + _multipart(
            (
                ("text/plain; charset=utf-8", "Les trois pièces jointes.\r\n".encode()),
                (plan, body_encode(pdf("Plan")).encode("ascii")),
                (photo, body_encode(png(64, 200, 160, 60)).encode("ascii")),
                (table, "référence;quantité\r\nA-12;40\r\n".encode("latin-1")),
            )
        )
    )


def packed_by_outlook(case: Case) -> bytes:
    """A file within a winmail.dat (MS-OXTNEF), as who writes by rich text sends it."""
    file = pdf("Devis 1187")
    packed = (
        (0x223E9F78).to_bytes(4, "little")
        + b"\x01\x00"
        + _attribute(1, 0x00069007, (1252).to_bytes(4, "little") + bytes(4))
        + _attribute(2, 0x00069002, bytes(14))
        + _attribute(2, 0x00018010, "Devis n° 1187.pdf\0".encode("cp1252"))
        + _attribute(2, 0x0006800F, file)
    )
    head = case.head(
        f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"',
        subject="=?utf-8?Q?Devis_n=C2=B0_1187?=",
    )
    kind = 'application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64'
    parts = (
        ("text/plain; charset=utf-8", "Le devis, signé.\r\n".encode()),
        (kind, body_encode(packed).encode("ascii")),
    )
    return head + b"\r\n" + _multipart(parts)


def _attribute(level: int, name: int, value: bytes) -> bytes:
    numbers = name.to_bytes(4, "little") + len(value).to_bytes(4, "little")
    return bytes([level]) + numbers + value + (sum(value) & 0xFFFF).to_bytes(2, "little")


def encrypted(case: Case) -> bytes:
    """What only its reader can open (RFC 3156); the key is nobody's."""
    kind = 'multipart/encrypted; protocol="application/pgp-encrypted"'
    head = case.head(f'Content-Type: {kind}; boundary="{BOUNDARY}"', subject="...")
    sealed = (
        "-----BEGIN PGP MESSAGE-----\r\n\r\n"
        f"{body_encode(case.token.encode() * 4)}\r\n-----END PGP MESSAGE-----\r\n"
    )
    parts = (
        ("application/pgp-encrypted", b"Version: 1\r\n"),
        ('application/octet-stream; name="encrypted.asc"', sealed.encode("ascii")),
    )
    return head + b"\r\n" + _multipart(parts)


def forwarded(case: Case) -> bytes:
    """A letter inside a letter."""
    inner = (
        f"From: buyer@{DOMAIN}\r\nTo: {case.sender.address}\r\nSubject: Lamps\r\n"
        "Message-ID: <inner@forward.example>\r\n\r\nThe inner text.\r\n"
    )
    head = case.head(f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"', subject="Fwd: Lamps")
    parts = (
        ("text/plain; charset=utf-8", b"See below.\r\n"),
        ("message/rfc822", inner.encode()),
    )
    return head + b"\r\n" + _multipart(parts)


def without_id(case: Case) -> bytes:
    fields = case.head(subject="Sent by a machine").split(b"\r\n")
    kept = [line for line in fields if not line.startswith(b"Message-ID")]
    return b"\r\n".join(kept) + b"\r\nThe printer on the second floor is out of paper.\r\n"


def double_declared(case: Case) -> bytes:
    """Declared as ASCII, written in UTF-8, with a time zone of days gone by."""
    head = case.head("Content-Type: text/plain; charset=us-ascii", subject="Caf\u00e9 at noon?")
    dated = head.replace(b"+0000", b"GMT")
    return dated + "\r\nSee you at the café – 12:00.\r\n".encode()


def _word(text: str, charset: str) -> str:
    """An encoded word (RFC 2047), in Base64."""
    return f"=?{charset}?B?{body_encode(text.encode(charset), eol='')}?="


def _multipart(parts: Iterable[tuple[str, bytes]]) -> bytes:
    written = b"".join(
        b"--%s\r\nContent-Type: %s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), kind.encode(), content)
        for kind, content in parts
    )
    return written + b"--%s--\r\n" % BOUNDARY.encode()
