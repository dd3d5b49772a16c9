"""An email whose content is considered unsafe says so, on its page and in lists, and why."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World, receive

from passerelle.crm.models.people import SharedLevel
from passerelle.crm.sharing import share_usually
from passerelle.messages import Danger
from passerelle.web.mail.dangers import _WORDS

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_every_reason_has_its_words() -> None:
    assert set(_WORDS) == set(Danger)


def test_page_and_lists_say_so(world: World, as_ann: Client) -> None:
    unsafe = Danger.FALSE_NAME | Danger.BLOCKED_FILE
    email = receive(world.ann_user, world.contact, is_unsafe=unsafe)
    page = as_ann.get(reverse("web:email", args=[email.pk])).content.decode()
    assert "This email is considered unsafe" in page
    assert [str(words) in page for words in _WORDS.values()] == [True, True, False]
    record = reverse("web:contact", args=[world.contact.pk])
    for address in ("/emails/", record):
        assert as_ann.get(address).content.decode().count("Unsafe") == 1, address
    other = as_ann.get(reverse("web:email", args=[world.received.pk])).content.decode()
    assert "considered unsafe" not in other


def test_a_colleague_is_told_where_the_subject_is_shared(world: World, as_bob: Client) -> None:
    email = receive(world.ann_user, world.contact, is_unsafe=Danger.BLOCKED_FILE)
    for level, is_told in ((SharedLevel.METADATA, False), (SharedLevel.SUBJECT, True)):
        share_usually(level, "admin")
        page = as_bob.get(reverse("web:email", args=[email.pk])).content.decode()
        assert ("considered unsafe" in page) == is_told
