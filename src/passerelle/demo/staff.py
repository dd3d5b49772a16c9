"""Who works for the made-up company, in Paris and in London, and which server held their mail.

An E-mail Router in each house served them; `router_files` writes what these two knew. The first
people of the list are those of the tour.
"""

from functools import cache

from passerelle.demo.company import COMPANY, DOMAIN, ENGLISH, FRENCH, Desk, Language, Person, plain

RELAY = f"router@{DOMAIN}"  # the one account by which both routers handed mail over
PASSERELLE = f"passerelle@{DOMAIN}"  # under which the product writes on its own behalf
ADMINISTRATOR = f"administrator@{DOMAIN}"  # who is told of alerts


def _people(language: Language, *names: str) -> tuple[Person, ...]:
    return tuple(
        Person(first, last, f"{plain(first)}.{plain(last)}@{DOMAIN}", language, COMPANY)
        for first, last in (name.split(" ", 1) for name in names)
    )


PARIS = _people(
    FRENCH,
    "Camille Laurent", "Inès Fournier", "Hugo Lefèvre", "Noé Garnier", "Léa Chevalier",
    "Manon Girard", "Émile Rousseau", "Jules Bonnet", "Louise Dupont", "Arthur Lambert",
    "Alice Fontaine", "Gabriel Robin", "Jade Masson", "Raphaël Gauthier", "Chloé Mercier",
    "Louis Blanchard", "Emma Guérin", "Adam Boyer", "Rose Chevallier", "Paul Legrand",
    "Anna Garcia", "Victor Perrot", "Juliette Carlier", "Maxime Renard", "Lucie Marchal",
    "Antoine Brunet", "Clara Meunier", "Théo Barbier", "Agathe Leclercq", "Simon Salomon",
    "Margaux Roy", "Nathan Colin",
)  # fmt: skip
LONDON = _people(
    ENGLISH,
    "Oliver Bennett", "Amelia Clarke", "Grace Murphy", "Thomas Reed", "Sophie Turner",
    "George Walker", "Ava Robinson", "Noah Wright", "Isla Thompson", "Leo White",
    "Freya Edwards", "Oscar Green", "Poppy Hall", "Archie Wood", "Florence Harris",
    "Henry Lewis", "Evie Martin", "Jacob Jackson", "Ivy Baker", "Charlie Moore",
    "Lily Carter", "Edward Kelly", "Matilda Cook", "Arjun Patel", "Hannah Morris",
    "Callum Scott", "Nora Bailey", "Zachary Cooper",
)  # fmt: skip
USERS = (*PARIS, *LONDON)
GUIDE = PARIS[0]  # the person whom the visitor of the demonstration plays
COLLEAGUE = LONDON[0]  # who is invited, and sees nothing but their own page
MISSPELT = LONDON[2]  # whose name the router of London spells otherwise
MOVED = LONDON[3]  # came over from Paris: both routers name him
MISSPELT_ADDRESS = f"grace.murfy@{DOMAIN}"
LEFT_ADDRESS = f"peter.lang@{DOMAIN}"  # works here no longer; nobody told the router

# Where the routers read: who is in none of these has a mailbox of POP3.
EXCHANGE_USERS = PARIS[22:]
WEBDAV_USERS = LONDON[20:24]
CUSTOM_USERS = LONDON[24:26]
FITTERS = (*PARIS[18:20], *LONDON[26:])  # on the road: a rule forwards their mail


def _desk(name: str, local: str, *members: Person) -> Desk:
    return Desk(name, f"{local}@{DOMAIN}", tuple(one.address for one in (GUIDE, *members)))


QUEUES = (
    _desk("Support", "support", LONDON[0], PARIS[1], PARIS[2]),
    _desk("Sales", "sales", LONDON[1], PARIS[3], LONDON[2]),
    _desk("Billing", "billing", PARIS[4], LONDON[3]),
    _desk("Devis", "devis", *PARIS[5:9]),
    _desk("Livraisons", "livraisons", *PARIS[9:12]),
    _desk("Showroom London", "showroom", *LONDON[4:7]),
    _desk("Trade orders", "trade", *LONDON[7:10]),
    _desk("Recrutement", "recrutement", *PARIS[12:14]),
)
EXCHANGE_QUEUES = QUEUES[1:2]
LONDON_QUEUES = QUEUES[5:7]
FORWARD_MAILBOX = Desk("Chantiers", f"chantiers@{DOMAIN}", ())
EVERYBODY: tuple[Person | Desk, ...] = (*USERS, *QUEUES)
# Further addresses, as the mail server knows them: one of a queue, and one that somebody asks for.
ALIAS, WAITING_ALIAS = f"ventes@{DOMAIN}", f"ollie@{DOMAIN}"
TAGGED_ALIAS = f"ventes+salon@{DOMAIN}"
_ALIASES = {ALIAS: QUEUES[1].address, WAITING_ALIAS: COLLEAGUE.address}


@cache
def our_addresses() -> frozenset[str]:
    """Every address of the company that exists."""
    further = (FORWARD_MAILBOX.address, PASSERELLE, ADMINISTRATOR)
    return frozenset((*(one.address for one in EVERYBODY), *further))


def mailbox_of(address: str) -> str:
    """Where mail to an address ends: at the company, aliases and tags (RFC 5233) are followed."""
    local, _, domain = address.lower().rpartition("@")
    if domain != DOMAIN:
        return address.lower()
    plain_address = f"{local.partition('+')[0]}@{domain}"
    return _ALIASES.get(plain_address, plain_address)


@cache
def forwarded() -> dict[str, Person]:
    """Whose mail is forwarded to the forward mailbox as an attachment, by address."""
    return {one.address: one for one in FITTERS}
