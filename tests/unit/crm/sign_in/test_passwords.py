"""Passwords of the pages: long enough, not common, and not made of names that everybody knows."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from passerelle.crm.models import SignInAccount
from passerelle.crm.services import rename_organization

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("elevenchars", id="too-short"),
        pytest.param("123456123456", id="digits-alone"),
        pytest.param("q1w2e3r4t5y6", id="common"),
        pytest.param("Passerelle2026!", id="the-product"),
        pytest.param("lumenLUMEN2026", id="the-organization"),
        pytest.param("Passerelle-Lumen", id="both"),
        pytest.param("camille.laurent", id="the-person"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    rename_organization("Lumen SA")
    with pytest.raises(ValidationError):
        validate_password(password, SignInAccount(username="camille.laurent"))


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("correct horse battery", id="a-phrase"),
        pytest.param("la passerelle tient bon ce soir", id="a-phrase-that-holds-a-name"),
        pytest.param("é" * 3 + "ñandú 中文 ключ", id="any-script"),
        pytest.param("x9" + "long enough " * 20, id="two-hundred-characters"),
    ],
)
def test_any_other_is_taken_whatever_it_is_made_of(password: str) -> None:
    rename_organization("Lumen SA")
    validate_password(password, SignInAccount(username="camille.laurent"))
