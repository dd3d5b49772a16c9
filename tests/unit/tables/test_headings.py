"""Headings are matched without case, accents and the marks of Dynamics."""

import pytest

from passerelle.tables import Match, fold, match_headings, signature


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        pytest.param("(Do Not Modify) Contact", "contact", id="marked"),
        pytest.param("(Ne pas modifier) Contact", "contact", id="marked-in-french"),
        pytest.param("(Ne pas modifier) Somme de contrôle de la ligne", "sommedecontroledelaligne"),
        pytest.param("Adresse de messagerie", "adressedemessagerie", id="spaces"),
        pytest.param("E-mail\u00a0: 1", "email1", id="marks-and-hard-spaces"),
        pytest.param("EMAILADDRESS1", "emailaddress1", id="logical-name"),
        pytest.param("Nœud", "noeud", id="ligature"),
        pytest.param("", "", id="empty"),
    ],
)
def test_fold(heading: str, folded: str) -> None:
    assert fold(heading) == folded


NAMES = {"name": ["Full Name", "Nom complet"], "address": ["Email", "Adresse e-mail"]}


def test_the_first_column_of_a_field_wins_and_others_have_none() -> None:
    assert match_headings(["adresse E-MAIL", "Email", "Région"], NAMES) == (
        Match(0, "adresse E-MAIL", "address"),
        Match(1, "Email", None),
        Match(2, "Région", None),
    )


def test_a_signature_is_that_of_the_headings_and_their_order() -> None:
    assert signature(["Nom", "Prénom"]) == signature(["NOM", "prenom"])
    assert signature(["Nom", "Prénom"]) != signature(["Prénom", "Nom"])
    assert signature(["ab"]) != signature(["a", "b"])
