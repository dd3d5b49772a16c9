"""Who is in the mail world, and the made-up company's customers, as plain values.

All names are invented and all addresses are on reserved names. A record's GUID follows from its
address, so that the router's files, the database and a second start agree.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from uuid import UUID, uuid5

COMPANY = "Lumen Éclairage"
DOMAIN = "lumen.example"
_NAMESPACE = UUID("6f1d3b52-4a0e-5c7b-9d53-1f0c7e2a9b10")


class Language(Enum):
    ENGLISH = "en"
    FRENCH = "fr"


ENGLISH, FRENCH = Language.ENGLISH, Language.FRENCH


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a name and an address; the language is the one they write."""

    first_name: str
    last_name: str
    address: str
    language: Language
    company: str = ""
    job: str = ""

    @property
    def fullname(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def guid(self) -> UUID:
        return guid_of(self.address)


@dataclass(frozen=True, slots=True)
class Desk:
    """A queue and the addresses of those who work in it."""

    name: str
    address: str
    members: tuple[str, ...]

    @property
    def guid(self) -> UUID:
        return guid_of(self.address)


@dataclass(frozen=True, slots=True)
class Firm:
    """A customer's company."""

    name: str
    domain: str
    telephone: str
    language: Language

    @property
    def address(self) -> str:
        return f"{'accueil' if self.language is FRENCH else 'office'}@{self.domain}"

    @property
    def guid(self) -> UUID:
        return guid_of(self.address)


def guid_of(address: str) -> UUID:
    """The GUID of the record with this address."""
    return uuid5(_NAMESPACE, address.lower())


_FIRMS_OF_FIVE = (
    Firm("Atelier Nord", "atelier-nord.example", "+33 1 99 00 10 01", FRENCH),
    Firm("Bright & Sons", "bright-sons.example", "+44 20 7946 0101", ENGLISH),
    Firm("Café des Halles", "cafe-halles.example", "+33 1 99 00 10 02", FRENCH),
    Firm("Dunmore Hotels", "dunmore-hotels.example", "+44 20 7946 0102", ENGLISH),
    Firm("Éditions du Lac", "editions-lac.example", "+33 4 99 00 10 03", FRENCH),
    Firm("Fairfield Museums", "fairfield-museums.example", "+44 20 7946 0103", ENGLISH),
    Firm("Galerie Vasseur", "galerie-vasseur.example", "+33 1 99 00 10 04", FRENCH),
    Firm("Harbour Theatre", "harbour-theatre.example", "+44 20 7946 0104", ENGLISH),
    Firm("Imprimerie Salmon", "imprimerie-salmon.example", "+33 2 99 00 10 05", FRENCH),
    Firm("Kestrel Architects", "kestrel-architects.example", "+44 20 7946 0105", ENGLISH),
    Firm("Lycée Condé", "lycee-conde.example", "+33 3 99 00 10 06", FRENCH),
    Firm("Maple Street Clinic", "maple-clinic.example", "+44 20 7946 0106", ENGLISH),
)
DUBOIS = Firm("Maison Dubois", "maison-dubois.example", "+33 1 99 00 10 07", FRENCH)
FIRMS = (*_FIRMS_OF_FIVE, DUBOIS)  # the last is that of the scenes
_FRENCH_NAMES = (
    ("Adèle", "Moreau"), ("Bastien", "Perrin"), ("Clémence", "Dupuis"), ("Damien", "Lacroix"),
    ("Élodie", "Marchand"), ("François", "Noël"), ("Gaëlle", "Picard"), ("Henri", "Renaud"),
    ("Iris", "Schmitt"), ("Jérôme", "Tessier"), ("Karine", "Vidal"), ("Lucas", "Weber"),
    ("Mélanie", "Aubert"), ("Nicolas", "Besson"), ("Océane", "Collet"), ("Pascal", "Delmas"),
    ("Quentin", "Estève"), ("Raphaëlle", "Ferrand"), ("Sébastien", "Guyot"), ("Théa", "Hamel"),
    ("Ulysse", "Imbert"), ("Valérie", "Joly"), ("William", "Klein"), ("Xavier", "Leclerc"),
    ("Yasmine", "Maillard"), ("Zoé", "Navarro"), ("Anaïs", "Olivier"), ("Benoît", "Pasquier"),
    ("Chloé", "Rolland"), ("Didier", "Savary"),
)  # fmt: skip
_ENGLISH_NAMES = (
    ("Alice", "Archer"), ("Benjamin", "Brooks"), ("Charlotte", "Cole"), ("Daniel", "Dixon"),
    ("Emma", "Ellis"), ("Frederick", "Fox"), ("Georgia", "Gray"), ("Harry", "Hughes"),
    ("Isla", "Irving"), ("Jack", "Jennings"), ("Katherine", "Knight"), ("Liam", "Lowe"),
    ("Mia", "Morgan"), ("Nathan", "Nash"), ("Olivia", "Owens"), ("Patrick", "Price"),
    ("Quinn", "Quigley"), ("Rosie", "Rhodes"), ("Samuel", "Sharp"), ("Tilly", "Thorne"),
    ("Una", "Underwood"), ("Victor", "Vaughn"), ("Wendy", "Walsh"), ("Xanthe", "Young"),
    ("Yvonne", "York"), ("Zachary", "Zane"), ("Abigail", "Ashton"), ("Brendan", "Byrne"),
    ("Ciara", "Casey"), ("Dylan", "Doyle"),
)  # fmt: skip
_JOBS = (
    ("Directrice", "Director"), ("Responsable des achats", "Buyer"), ("Régisseur", "Stage manager"),
    ("Comptable", "Accountant"), ("Chef de projet", "Project lead"),
)  # fmt: skip
LEADS = (
    Person("Marius", "Leroux", "marius.leroux@boutique-iris.example", FRENCH, "Boutique Iris"),
    Person("Hannah", "Pike", "hannah.pike@pike-events.example", ENGLISH, "Pike Events"),
    Person("Solène", "Barbier", "solene.barbier@spa-azur.example", FRENCH, "Spa Azur"),
    Person("George", "Tanner", "george.tanner@tanner-yachts.example", ENGLISH, "Tanner Yachts"),
    Person("Agathe", "Blondel", "agathe.blondel@theatre-ocre.example", FRENCH, "Théâtre Ocre"),
    Person("Rory", "McLean", "rory.mclean@mclean-gyms.example", ENGLISH, "McLean Gyms"),
    Person("Tristan", "Poulain", "tristan.poulain@chai-dore.example", FRENCH, "Chai Doré"),
    Person("Freya", "Holt", "freya.holt@holt-florists.example", ENGLISH, "Holt Florists"),
)
HELENE = Person(
    "Hélène", "Dubois", f"helene.dubois@{DUBOIS.domain}", FRENCH, DUBOIS.name, "Gérante"
)
# Left the firm: the record is here still, and what is sent to the address comes back.
GONE = Person("Hugo", "Dubois", f"hugo.dubois@{DUBOIS.domain}", FRENCH, DUBOIS.name, "Comptable")
# Made once more by somebody who did not look: the same person as a contact of this name.
TWIN = Person(
    "Adèle", "Moreau", "adele.moreau@courriel.example", FRENCH, "Atelier Nord", "Directrice"
)


@cache
def contacts() -> tuple[Person, ...]:
    """The contacts who write: five a firm, and the one of the scenes."""
    names = {FRENCH: iter(_FRENCH_NAMES), ENGLISH: iter(_ENGLISH_NAMES)}
    found = []
    for firm in _FIRMS_OF_FIVE:
        for job in _JOBS:
            first, last = next(names[firm.language])
            address = f"{plain(first)}.{plain(last)}@{firm.domain}"
            job_title = job[0] if firm.language is FRENCH else job[1]
            found.append(Person(first, last, address, firm.language, firm.name, job_title))
    return (*found, HELENE)


@cache
def customers() -> dict[str, Person]:
    """Contacts and leads who write, by address."""
    return {person.address: person for person in (*contacts(), *LEADS)}


def plain(name: str) -> str:
    """The name in lower-case ASCII letters, as addresses have it."""
    return name.lower().translate(str.maketrans("àâäçéèêëîïôöùûüÿ", "aaaceeeeiioouuuy"))
