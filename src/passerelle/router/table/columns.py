"""The columns of the table of profiles and recipients, which stands in for files nobody can read.

A row is a profile of the router, or somebody whom one or two of them served. Headings and words are
written alike in every language, choices as the questions have them; they are read in either.
"""

from collections.abc import Mapping
from typing import Final

from passerelle.router.files.values import AuthMode, Credential, Direction, ServerType
from passerelle.tables import fold

PROFILE: Final = "profile"
USER: Final = "user"
QUEUE: Final = "queue"
ACCOUNT: Final = "account"  # of nobody who is known by an identifier

KINDS: Mapping[str, str] = {
    fold(name): kind
    for kind, names in (
        (PROFILE, (PROFILE, "profil")),
        (USER, (USER, "utilisateur")),
        (QUEUE, (QUEUE, "file d’attente")),
        (ACCOUNT, (ACCOUNT, "compte")),
    )
    for name in names
}
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "kind": ("kind", "genre", "type"),
    "name": ("name", "nom"),
    "direction": ("direction", "sens"),
    "server_type": ("server_type", "type de serveur"),
    "server": ("server", "serveur"),
    "port": ("port",),
    "encryption": ("encryption", "chiffrement"),
    "sign_in": ("sign_in", "authentification"),
    "credentials": ("credentials", "informations d’identification"),
    "identifier": ("identifier", "identifiant", "guid"),
    "address": ("address", "adresse", "email address", "adresse e-mail"),
    "profile": ("profile", "profil"),
    "other_profile": ("other_profile", "autre profil"),
    "username": ("username", "nom d’utilisateur"),
    "read_until": ("read_until", "lu jusqu’à"),
}
NEEDED = frozenset({"kind", "name", "server_type", "profile"})
NAMING = frozenset({"identifier", "address", "username"})  # one of them tells who is meant

# What the table writes is what the questions offer, so each such word answers itself.
OWN_WORDS: Mapping[str, str] = {
    f"{kind}:{word}": word
    for kind, words in (
        ("server-type", ServerType),
        ("direction", Direction),
        ("auth", AuthMode),
        ("credential", Credential),
    )
    for word in (member.value for member in words)
} | {
    "flag:yes": "yes",
    "flag:no": "no",
    "flag:oui": "yes",
    "flag:non": "no",
    "direction:entrant": "incoming",
    "direction:sortant": "outgoing",
}
AUTODISCOVER = "autodiscover"  # in place of a server

EXAMPLE = (
    {
        "kind": PROFILE,
        "name": "Example",
        "direction": Direction.INCOMING.value,
        "server_type": ServerType.POP3.value,
        "server": "pop.example.com",
        "port": "995",
        "encryption": "yes",
        "sign_in": AuthMode.CLEAR_TEXT.value,
        "credentials": Credential.USER_SPECIFIED.value,
    },
    {
        "kind": USER,
        "address": "ada@example.com",
        "profile": "Example",
        "username": "ada",
        "read_until": "2026-01-31 08:30",
    },
)
