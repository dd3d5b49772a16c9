"""Quick search: a few letters, every kind that the person may open, nothing of others."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.unit.web.conftest import World, index_all

from passerelle.crm import services as crm
from passerelle.web.lists.finding import ROWS_A_KIND, find

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def kinds(world: World, text: str, *, administrator: bool) -> set[str]:
    account = world.administrator if administrator else world.bob
    return {one.address.split("/")[1] for one in find(account, text)}


@pytest.mark.parametrize(
    ("text", "for_administrator", "for_a_user"),
    [
        pytest.param("Customer", {"contacts", "accounts", "emails"}, {"contacts", "accounts"},
                     id="emails-of-others-are-not-found-by-a-user"),
        pytest.param("company.example", {"mailboxes", "users", "queues", "emails"}, set(),
                     id="what-is-configured-is-found-by-administrators"),
        pytest.param("carla inc", set(), set(), id="each-word-must-be-there"),
        pytest.param("prospect", {"leads"}, {"leads"}, id="a-lead-by-its-address"),
        pytest.param("c", set(), set(), id="one-letter-says-nothing"),
        pytest.param("\0\0", set(), set(), id="nul"),
        pytest.param("%%", set(), set(), id="a-sign-of-like-means-itself"),
    ],
)  # fmt: skip
def test_what_is_found(
    world: World, text: str, for_administrator: set[str], for_a_user: set[str]
) -> None:
    index_all()
    assert kinds(world, text, administrator=True) == for_administrator
    assert kinds(world, text, administrator=False) == for_a_user


def test_a_kind_has_a_few_rows_in_a_few_queries(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(ROWS_A_KIND + 3):
        crm.create_account(f"Same {number}")
    # Two a kind; of emails SQLite is asked for its vocabulary, too.
    with django_assert_num_queries(13 if connection.vendor == "sqlite" else 12):
        found = find(world.administrator, "same")
    assert len(found) == ROWS_A_KIND


def test_letters_in_the_field_get_a_part_of_a_page(as_ann: Client) -> None:
    part = as_ann.get("/search/?q=carla", headers={"HX-Request": "true"}).content.decode()
    page = as_ann.get("/search/?q=carla").content.decode()
    assert "<html" not in part
    assert "<html" in page
    for text in (part, page):
        assert "Carla Customer" in text


def test_what_was_typed_is_no_markup(as_ann: Client) -> None:
    page = as_ann.get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
