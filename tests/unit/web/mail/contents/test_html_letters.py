"""HTML mail in its frame: its policy, the reason before it, pictures by a click."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from tests.unit.web.conftest import World, html_email, signed_in

from passerelle.crm.models import ActivityParty, Email
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.readers import grant
from passerelle.messages import DEFAULT_LIMITS
from passerelle.messages.showing import letter
from passerelle.web.mail import letters

pytestmark = [pytest.mark.django_db, pytest.mark.database]
REMOTE = "<p>x<img src='https://pictures.example/1.png'>"


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def frame_in(page: str) -> str:
    found = re.search(r'<iframe[^>]* src="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_page_holds_a_sandboxed_frame_and_nothing_of_the_letter(
    world: World, as_ann: Client
) -> None:
    email = html_email(world, "<p>Bonjour<script>alert(1)</script></p>")
    response = as_ann.get(f"/emails/{email.pk}/")
    page = response.content.decode()
    tag = re.search(r"<iframe[^>]*>", page)
    assert tag is not None
    sandbox = re.search(r'sandbox="([^"]*)"', tag[0])
    assert sandbox is not None
    assert set(sandbox[1].split()) == {"allow-popups", "allow-popups-to-escape-sandbox"}
    assert "Bonjour" not in page
    assert "frame-src 'self'" in response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_the_frame_has_a_policy_that_lets_nothing_in_and_nothing_out(
    world: World, as_ann: Client
) -> None:
    email = html_email(world)
    response = as_ann.get(f"/emails/{email.pk}/frame/")
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": "'unsafe-inline'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
    }
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "<b>in colour</b>" in response.content.decode()


def test_other_pages_hold_no_frame(world: World, as_ann: Client) -> None:
    assert "frame-src" not in as_ann.get("/emails/").headers["Content-Security-Policy"]


def test_an_administrator_says_why_before_the_frame_and_its_pictures(
    world: World, as_administrator: Client
) -> None:
    email = html_email(world, REMOTE)
    page, frame = f"/emails/{email.pk}/", f"/emails/{email.pk}/frame/"
    headers = f"{page}?show=headers"
    for address in (page, headers, f"{page}?show=text"):
        shown = text_of(as_administrator, address)
        assert "<iframe" not in shown
        assert "The text of the order" not in shown
        assert "Content-Type" not in shown, "header fields are part of the raw message"
    assert as_administrator.get(frame).status_code == 404
    assert as_administrator.post(f"{page}pictures/").status_code == 404
    as_administrator.post(f"{page}reason/", {"reason": "The customer asked us to."})
    assert "<iframe" in text_of(as_administrator, page)
    assert as_administrator.get(frame).status_code == 200
    assert "Content-Type" in text_of(as_administrator, headers)


def test_pictures_from_elsewhere_come_after_a_click_and_only_there(
    world: World, as_ann: Client
) -> None:
    email, other = html_email(world, REMOTE), html_email(world, REMOTE)
    before = text_of(as_ann, f"/emails/{email.pk}/")
    assert f"/emails/{email.pk}/pictures/" in before
    assert "pictures.example" not in text_of(as_ann, frame_in(before))
    chosen = as_ann.post(f"/emails/{email.pk}/pictures/")["Location"]
    after = text_of(as_ann, chosen)
    assert f"/emails/{email.pk}/pictures/" not in after
    framed = as_ann.get(frame_in(after))
    assert 'src="https://pictures.example/1.png"' in framed.content.decode()
    assert "img-src data: https: http:;" in framed.headers["Content-Security-Policy"]
    word = chosen.partition("?")[2]
    for address in (f"/emails/{other.pk}/frame/?{word}", f"/emails/{email.pk}/frame/?pictures=1"):
        assert "pictures.example" not in text_of(as_ann, address)


def test_the_choice_of_one_person_is_nobody_else_s(world: World, as_ann: Client) -> None:
    email = html_email(world, REMOTE)
    ActivityParty.objects.create(
        email=email, participation=Participation.CC, systemuser=world.bob_user,
        address_used="bob@company.example",
    )  # fmt: skip
    grant([email.pk])
    word = as_ann.post(f"/emails/{email.pk}/pictures/")["Location"].partition("?")[2]
    address = f"/emails/{email.pk}/frame/?{word}"
    assert "pictures.example" in text_of(as_ann, address)
    assert "pictures.example" not in text_of(signed_in(world.bob), address)


def test_text_and_headers_are_shown_instead_when_they_are_asked_for(
    world: World, as_ann: Client
) -> None:
    email = html_email(world)
    text = text_of(as_ann, f"/emails/{email.pk}/?show=text")
    assert "<iframe" not in text
    assert "The text of the order." in text
    headers = text_of(as_ann, f"/emails/{email.pk}/?show=headers")
    assert "carla@customer.example" in headers
    assert "text/html; charset=utf-8" in headers


def test_a_plain_email_has_no_frame(world: World, as_ann: Client) -> None:
    email = world.received
    assert "<iframe" not in text_of(as_ann, f"/emails/{email.pk}/")
    assert as_ann.get(f"/emails/{email.pk}/frame/").status_code == 404


def test_an_email_whose_raw_message_expired_shows_its_text(world: World, as_ann: Client) -> None:
    email = html_email(world)
    Email.objects.filter(pk=email.pk).update(raw=None)
    for show in ("", "html", "text", "headers"):
        page = as_ann.get(f"/emails/{email.pk}/?show={show}")
        assert page.status_code == 200
        assert "<iframe" not in page.content.decode()


ANSWER = "<p>It left.</p><p>On 12 Mar, Carla wrote:</p><blockquote type='cite'>Where?</blockquote>"


def test_earlier_messages_of_an_answer_are_folded_in_the_reader_s_language(
    world: World, as_ann: Client
) -> None:
    address = f"/emails/{html_email(world, ANSWER).pk}/frame/"
    folded = re.search(
        r"It left.*<details><summary>(.*?)</summary>.*Where\?.*</details>",
        as_ann.get(address, headers={"Accept-Language": "fr"}).content.decode(),
        re.DOTALL,
    )
    assert folded is not None
    assert folded[1] == "Messages précédents"


def test_what_a_forward_forwards_is_not_folded(world: World, as_ann: Client) -> None:
    email = html_email(world, ANSWER)
    Email.objects.filter(pk=email.pk).update(
        subject="TR : Commande", description="For you.\n\n> Where?\n> When?\n> Why?"
    )
    assert "<details>" not in text_of(as_ann, f"/emails/{email.pk}/frame/")
    assert '<details class="earlier">' not in text_of(as_ann, f"/emails/{email.pk}/?show=text")


def test_earlier_messages_are_folded_in_a_text_too(world: World, as_ann: Client) -> None:
    Email.objects.filter(pk=world.received.pk).update(
        description="It left.\n\nOn 12 Mar, Carla wrote:\n> <Where?>\n\n-- \nAnn"
    )
    shown = text_of(as_ann, f"/emails/{world.received.pk}/")
    assert re.search(
        r">It left\.</p>\s*<details class=\"earlier\"><summary[^>]*>Earlier messages</summary>"
        r"<p[^>]*>On 12 Mar, Carla wrote:\n&gt; &lt;Where\?&gt;</p></details>\s*"
        r"<p[^>]*>-- \nAnn</p>",
        shown,
    )


def test_of_a_very_long_letter_the_page_says_that_there_is_more(
    world: World, as_ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = html_email(world)
    more = "Only the beginning of its text is shown here"
    assert more not in text_of(as_ann, f"/emails/{email.pk}/")
    monkeypatch.setattr(letter, "SHOWN_CHARS", 20)
    assert more in text_of(as_ann, f"/emails/{email.pk}/")
    limits = replace(DEFAULT_LIMITS, text_chars=len("The text of the order."))
    monkeypatch.setattr(letters, "DEFAULT_LIMITS", limits)
    assert more in text_of(as_ann, f"/emails/{world.received.pk}/")
