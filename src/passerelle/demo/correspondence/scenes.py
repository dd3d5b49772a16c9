"""The letters of the scenes: what the tour sends its visitor to, always in the same place.

A newsletter and a personal letter that are not tracked; a drawing between two lines; a folder that
a colleague filed, with the question to which an answer in the inbox belongs; a second letter that
names no first; letters to an alias and to one that waits. All lie after the moment at which the
routers read last.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from passerelle.demo.company import FRENCH, HELENE, Desk, Person
from passerelle.demo.correspondence.letters import Letter, body, compose, new_id, quoted
from passerelle.demo.correspondence.oddities import (
    Case,
    french_newsletter,
    personal,
    picture_in_text,
)
from passerelle.demo.mail_world.post import Post
from passerelle.demo.staff import COLLEAGUE, GUIDE, QUEUES, TAGGED_ALIAS, WAITING_ALIAS

DESK = QUEUES[1]  # read over IMAP, so that it has folders
FOLDER = "Clients/Dubois"
NEWSLETTER = Person("La lettre", "de la lumière", "lettre@lumiere.example", FRENCH)
FRIEND = Person("Marie", "Petit", "marie.petit@courriel.example", FRENCH)
ARCHITECT = Person("Yves", "Roy", "yves.roy@atelier-roy.example", FRENCH, "Atelier Roy")
FILED, UNNAMED = "Éclairage de la verrière", "Garantie des suspensions Aurore"
DRAWN = "La teinte des abat-jour"


def stage(post: Post, now: datetime) -> int:
    """Put the letters where the scenes find them; how many there are."""
    sent = [*_as_bytes(now), *_sent(now)]
    for sender, recipients, content, at in sent:
        post.deliver(sender, recipients, content, at)
    filed = list(_filed(now))
    for letter in filed:
        post.file(DESK.address, FOLDER, compose(letter), letter.at)
    return len(sent) + len(filed)


_Sent = tuple[str, tuple[str, ...], bytes, datetime]


def _as_bytes(now: datetime) -> Iterator[_Sent]:
    for sender, write, minutes in (
        (NEWSLETTER, french_newsletter, 130),
        (FRIEND, personal, 110),
        (HELENE, picture_in_text, 60),
    ):
        case = Case(sender, GUIDE, _ago(now, minutes=minutes), write.__name__)
        yield sender.address, (GUIDE.address,), write(case), case.at


def _sent(now: datetime) -> Iterator[_Sent]:
    for letter in (*_alike(now), _answer(now), *_to_aliases(now)):
        yield letter.sender.address, letter.recipients, compose(letter), letter.at


def _filed(now: datetime) -> Iterator[Letter]:
    """A question that is older than any start, and a letter of somebody whom nobody knows here."""
    yield _letter(DESK, FILED, _ASKED, _ago(now, days=6), name="verriere")
    plans = "Plans de la verrière"
    yield _letter(DESK, plans, _PLANS, _ago(now, days=5), name="plans", sender=ARCHITECT)


def _answer(now: datetime) -> Letter:
    """It goes on from the question, which lies in the folder only."""
    text = f"{_ADDED}\n\n{quoted(_ASKED)}"
    letter = _letter(DESK, f"Re: {FILED}", text, _ago(now, minutes=70), name="suite")
    return replace(letter, answers=[new_id(HELENE, "verriere")])


def _alike(now: datetime) -> Iterator[Letter]:
    """Two letters of the same people about the same thing; the second names no first."""
    for number, text in enumerate((_ASKED_TWICE, _AGAIN)):
        subject = UNNAMED if number == 0 else f"RE: {UNNAMED}"
        at = _ago(now, minutes=100 - 60 * number)
        letter = _letter(GUIDE, subject, text, at, name=f"garantie-{number}")
        yield replace(letter, cc=[ARCHITECT])


def _to_aliases(now: datetime) -> Iterator[Letter]:
    stand = Desk(DESK.name, TAGGED_ALIAS, ())
    waiting = Desk(COLLEAGUE.fullname, WAITING_ALIAS, ())
    yield _letter(stand, "Vu sur votre stand", _STAND, _ago(now, minutes=90), name="stand")
    yield _letter(waiting, "Merci pour l'accueil", _THANKS, _ago(now, minutes=80), name="merci")


def _letter(
    to: Person | Desk, subject: str, text: str, at: datetime, *, name: str, sender: Person = HELENE
) -> Letter:
    """Its Message-ID is the same in each world."""
    return Letter(sender, [to], subject, body(sender, to, text), at, new_id(sender, name))


def _ago(now: datetime, *, days: int = 0, minutes: int = 0) -> datetime:
    return (now - timedelta(days=days, minutes=minutes)).replace(microsecond=0)


_ASKED = "Notre verrière fait 80 m². Quel éclairage conseillez-vous pour le soir ?"
_ADDED = "J'ai oublié de le préciser : la verrière donne au nord."
_PLANS = "Voici les plans de la verrière de la maison Dubois, à jour de vendredi."
_ASKED_TWICE = "Les suspensions Aurore sont-elles garanties cinq ans ou dix ?"
_AGAIN = "Avez-vous trouvé la réponse ? L'architecte, en copie, en a besoin pour son dossier."
_STAND = "J'ai vu la série Brume sur votre stand. En faites-vous une applique ?"
_THANKS = "Merci de nous avoir reçus à l'atelier de Londres."
