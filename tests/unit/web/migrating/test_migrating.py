"""The wizard: three files to a summary, what is refused beside which box, answers, Yes and No."""

import json
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.unit.router.made_up import ANNA, BERT, POP3, PROVIDERS, ROUTER, files_of
from tests.unit.router.migrating.company import EXCHANGE, box_of, hire, with_providers
from tests.unit.web.conftest import sign_in_account, signed_in

from passerelle.crm.models import SystemUser
from passerelle.crm.models.people import Role
from passerelle.crm.services import update_user
from passerelle.engine.services import run_due
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.services import create_user_with_mailbox
from passerelle.router.files.format import REAL_SETS
from passerelle.router.files.values import Box, Provider
from passerelle.router.files.writing import RouterDescription
from passerelle.router.models import Migration, MigrationState
from passerelle.router.services import findings, profiles_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FILES = reverse("web:migration-files")
UNKNOWN = with_providers([Provider(EXCHANGE, username="anna", users=(ANNA,))])


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in(sign_in_account("admin", Role.ADMINISTRATOR))


def boxes(description: RouterDescription = ROUTER, **changed: bytes) -> dict[str, Any]:
    """The form of the first page, filled in."""
    files = files_of(description, **changed)
    uploads = {
        box.name.lower(): SimpleUploadedFile(file.name, file.content)
        for box, file in files.items()
        if isinstance(file.content, bytes)
    }
    return {**uploads, "stopped": "on"}


def more(description: RouterDescription, router: int = 2, **changed: bytes) -> dict[str, Any]:
    """The boxes of another router."""
    own = boxes(description, **changed)
    return {f"{name}{router}": upload for name, upload in own.items() if name != "stopped"}


def begun(client: Client, description: RouterDescription = ROUTER) -> Migration:
    response = client.post(FILES, boxes(description))
    migration = Migration.objects.get()
    assert response["Location"] == at("profiles", migration)
    return migration


def at(page: str, migration: Migration | UUID) -> str:
    key = migration.pk if isinstance(migration, Migration) else migration
    return reverse(f"web:migration-{page}" if page else "web:migration", args=[key])


def yes(migration: Migration, answer: str = "yes") -> dict[str, str]:
    return {f"migrate-{one.key}": answer for one in profiles_of(migration)}


def text(response: Any) -> str:
    return str(response.content.decode())


def test_three_files_become_profiles_and_a_summary_that_is_kept(admin: Client) -> None:
    hire()
    migration = begun(admin)
    page = text(admin.get(at("profiles", migration)))
    assert "anna@example.com" in page
    assert admin.post(at("profiles", migration), yes(migration))["Location"] == at(
        "review", migration
    )
    assert "pop.example.com" in text(admin.get(at("review", migration)))
    assert not EmailServerProfile.objects.exists(), "nothing is done before Start"
    assert admin.post(at("review", migration))["Location"] == at("", migration)

    running = text(admin.get(at("", migration)))
    assert f'hx-get="{at("progress", migration)}"' in running
    assert "HX-Refresh" not in admin.get(at("progress", migration)).headers
    run_due()
    ended = admin.get(at("progress", migration))
    assert ended["HX-Refresh"] == "true"
    assert "hx-get" not in text(ended)

    for _ in range(2):
        done = text(admin.get(at("", migration)))
        assert "What was migrated" in done
        assert "pop.example.com" in done
    assert at("", migration) in text(admin.get(reverse("web:migrations")))
    assert EmailServerProfile.objects.count() == 1
    for page in ("profiles", "review"):
        assert admin.get(at(page, migration))["Location"] == at("", migration)


GOOD = {box.name.lower(): file.content for box, file in files_of().items()}


@pytest.mark.parametrize(
    ("changed", "box", "told"),
    [
        pytest.param({"state": b""}, "state", "is empty.", id="an-empty-file"),
        pytest.param({"agent": b"PK\3\4"}, "agent", "is not well-formed XML", id="no-xml"),
        pytest.param({"key": GOOD["state"]}, "key", "", id="the-same-file-twice"),
        pytest.param(
            {"agent": GOOD["state"], "state": GOOD["agent"]}, "agent", "This looks like",
            id="the-wrong-boxes",
        ),
        pytest.param({"agent": b"<a><b></b>"}, "agent", "ends in the middle", id="a-cut-file"),
        pytest.param(
            {"agent": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}, "agent", "declares a document type",
            id="entities",
        ),
        pytest.param(
            {"agent": b" " * (33 * 1024 * 1024)}, "agent", "larger than 32 MB", id="33-megabytes"
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_box_and_nothing_is_kept(
    admin: Client, changed: Mapping[str, bytes], box: str, told: str
) -> None:
    response = admin.post(FILES, boxes(ROUTER, **changed))
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert box in errors
    assert told in errors[box][0]
    assert f'id="id_{box}_error"' in text(response)
    assert set(errors) <= set(changed)
    assert not Migration.objects.exists()


def test_all_three_files_and_the_word_on_the_service_are_asked_for(admin: Client) -> None:
    response = admin.post(FILES, {"of": "a browser"})
    assert set(response.context["form"].errors) == {"agent", "state", "key", "stopped"}
    assert not Migration.objects.exists()


def test_an_answer_makes_a_profile_that_can_migrate(admin: Client) -> None:
    hire()
    migration = begun(admin, UNKNOWN)
    (question,) = findings(migration).questions
    assert question.value in text(admin.get(at("profiles", migration)))
    assert not profiles_of(migration)[0].migrates
    assert admin.post(at("answers", migration), {"q0": "no such answer"}).status_code == 302
    assert not profiles_of(migration)[0].migrates
    admin.post(at("answers", migration), {"q0": question.choices[0][0]})
    migration.refresh_from_db()
    assert findings(migration).questions[0].answer == question.choices[0][0]


def test_no_to_all_cannot_be_started_and_says_so(admin: Client) -> None:
    hire()
    migration = begun(admin)
    assert admin.post(at("profiles", migration), {"of": "a browser"}).status_code == 422, (
        "neither Yes nor No"
    )
    admin.post(at("profiles", migration), yes(migration, "no"))
    assert not profiles_of(migration)[0].chosen
    told = text(admin.post(at("review", migration), follow=True))
    assert "No profile with a user or queue is chosen" in told
    migration.refresh_from_db()
    assert migration.state == MigrationState.DRAFT


def test_a_draft_is_abandoned_and_a_second_press_harms_nothing(admin: Client) -> None:
    migration = begun(admin)
    page = text(admin.post(at("abandon", migration), follow=True))
    assert "Nothing was changed." in page
    assert not Migration.objects.exists()
    assert admin.post(at("abandon", migration)).status_code == 404
    assert admin.get(at("profiles", migration.pk)).status_code == 404


def test_a_running_one_is_stopped_and_holds_off_a_second(admin: Client) -> None:
    hire()
    migration = begun(admin)
    admin.post(at("review", migration))
    told = text(admin.post(FILES, boxes(), follow=True))
    assert "A migration is running already." in told
    assert Migration.objects.count() == 1
    admin.post(at("abandon", migration))
    run_due()
    migration.refresh_from_db()
    assert migration.state == MigrationState.ABANDONED
    assert not EmailServerProfile.objects.exists()
    assert "nothing was changed" in text(admin.get(at("", migration)))


NORTH = with_providers([Provider(replace(POP3, server="north.example.com"), users=(ANNA,))])


def test_two_routers_in_one_go_and_what_they_contradict_each_other_on(admin: Client) -> None:
    hire()
    response = admin.post(FILES, {**boxes(), **more(NORTH, router=3)})
    migration = Migration.objects.get()
    assert response["Location"] == at("profiles", migration)
    found = findings(migration)
    (question,) = found.questions
    assert (found.routers, found.asked) == (2, 1)
    labels = [label for _, label in question.choices]
    assert labels[-1].startswith("None of them")
    assert {"pop3 pop.example.com (router 1)", "pop3 north.example.com (router 2)"} <= set(labels)
    page = text(admin.get(at("profiles", migration)))
    assert "pop3 north.example.com (router 2)" in page
    north = next(value for value, label in question.choices if "north" in label)
    admin.post(at("answers", migration), {"q0": north})
    admin.post(at("review", migration))
    run_due()
    profile = box_of(ANNA).profile
    assert profile is not None
    assert profile.incoming_location == "north.example.com"
    assert EmailServerProfile.objects.count() == 2, "and none for what nobody uses"


@pytest.mark.parametrize(
    ("more_boxes", "box", "told"),
    [
        pytest.param(more(ROUTER), "agent2", "given for router 1", id="one-router-twice"),
        pytest.param(more(NORTH, state=b""), "state2", "is empty", id="a-bad-file-of-the-second"),
        pytest.param(
            {"key4": SimpleUploadedFile("k", b"<k/>")}, "agent4", "all three files",
            id="a-file-without-the-others",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_second_router_stands_beside_its_box(
    admin: Client, more_boxes: dict[str, SimpleUploadedFile], box: str, told: str
) -> None:
    for upload in more_boxes.values():
        upload.seek(0)
    response = admin.post(FILES, {**boxes(), **more_boxes})
    assert response.status_code == 422
    assert told in response.context["form"].errors[box][0]
    assert "<details open>" in text(response)
    assert not Migration.objects.exists()


def test_a_migration_is_undone_from_its_page(admin: Client) -> None:
    hire()
    migration = begun(admin)
    admin.post(at("review", migration))
    run_due()
    assert at("undo", migration) in text(admin.get(at("", migration)))
    Mailbox.objects.filter(pk=box_of(ANNA).pk).update(enabled_on=timezone.now())
    page = text(admin.get(at("undo", migration)))
    assert "Anna · It was enabled" in page
    assert admin.post(at("undo", migration))["Location"] == at("", migration)
    assert "hx-get" in text(admin.get(at("", migration)))
    run_due()
    assert admin.get(at("progress", migration))["HX-Refresh"] == "true"
    done = text(admin.get(at("", migration)))
    assert "Undone by admin" in done
    assert "Anna" in done
    assert at("undo", migration) not in done
    assert box_of(BERT).profile is None
    assert admin.get(at("undo", migration))["Location"] == at("", migration)
    assert "Undone" in text(admin.get(reverse("web:migrations")))


def test_undoing_where_nothing_can_be_undone_says_so(admin: Client) -> None:
    hire()
    migration = begun(admin)
    admin.post(at("review", migration))
    run_due()
    Mailbox.objects.update(enabled_on=timezone.now())
    assert "disabled" in text(admin.get(at("undo", migration)))
    told = text(admin.post(at("undo", migration), follow=True))
    assert "Nothing of this migration can be undone" in told
    migration.refresh_from_db()
    assert migration.state == MigrationState.DONE


def test_one_who_is_not_found_is_settled_by_hand(admin: Client) -> None:
    hire()
    create_user_with_mailbox("Ines", "ines@example.com")
    stranger = replace(PROVIDERS[0], username="old.ines@example.com", users=(UUID(int=77),))
    migration = begun(admin, with_providers([stranger, *PROVIDERS[1:]]))
    review = text(admin.get(at("review", migration)))
    assert at("people", migration) + "?filter=unmatched" in review
    page = admin.get(at("people", migration), {"filter": "unmatched"})
    (row,) = page.context["page"].rows
    assert row.name == "old.ines@example.com"
    one = reverse("web:migration-person", args=[migration.pk, row.pk])
    refused = admin.post(one, {"match": "nobody"})
    assert refused.status_code == 422
    assert "No user or queue has the address" in text(refused)
    assert admin.post(one, {"match": "ines@example.com"})["Location"] == at("people", migration)
    linked = text(admin.get(at("people", migration), {"filter": "linked", "q": "old.ines"}))
    assert "Matched by hand" in linked
    admin.post(at("review", migration))
    run_due()
    assert Mailbox.objects.get(systemuser__fullname="Ines").profile is not None


def test_many_are_settled_at_once(admin: Client) -> None:
    create_user_with_mailbox("Ines", "anna@example.com")
    migration = begun(admin)
    act = at("people-act", migration)
    people = at("people", migration)
    assert "Ines" in text(admin.get(people, {"filter": "unmatched"}))
    assert admin.post(act, {"action": "leave", "next": people})["Location"] == people
    assert "Tick at least one" in text(admin.get(people))
    admin.post(act, {"action": "suggested-all", "filter": "unmatched", "q": ""})
    ticked = [row.pk for row in admin.get(people, {"filter": "unmatched"}).context["page"].rows]
    assert len(ticked) == 2
    admin.post(act, {"action": "leave", "chosen": [*ticked, "x", 2**70]})
    shown = {row.name: row.state for row in admin.get(people).context["page"].rows}
    assert sorted(shown.values()) == ["left", "left", "matched"]
    admin.post(act, {"action": "back", "chosen": ticked, "next": "https://elsewhere.example/"})
    shown = {row.name: row.state for row in admin.get(people).context["page"].rows}
    assert sorted(shown.values()) == ["matched", "unknown", "unknown"]


def test_values_stand_in_words_and_can_be_changed(admin: Client) -> None:
    hire()
    migration = begun(admin)
    key = profiles_of(migration)[0].key
    page = text(admin.get(at("profiles", migration)))
    assert "TLS from the start" in page
    assert "incomingserverlocation" not in page
    address = reverse("web:migration-profile", args=[migration.pk, key])
    form = admin.get(address).context["form"]
    values = {name: field.value() for name in form.fields if (field := form[name]) is not None}
    wrong = admin.post(address, {**values, "incoming_location": "not a host"})
    assert wrong.status_code == 422
    assert "Enter the name of the server alone" in text(wrong)
    given = {**values, "name": "Mine", "incoming_location": "imap.example.com",
             "incoming_protocol": "imap", "incoming_port": ""}  # fmt: skip
    assert admin.post(address, given)["Location"] == at("profiles", migration)
    page = text(admin.get(at("profiles", migration)))
    assert "imap.example.com" in page
    assert "<details open>" in page
    admin.post(at("review", migration))
    run_due()
    profile = EmailServerProfile.objects.get()
    assert (profile.name, profile.incoming_location) == ("Mine", "imap.example.com")
    for page in ("people", "people-act"):
        assert admin.post(at(page, migration))["Location"] == at("", migration)


def test_passwords_are_brought_from_a_table_and_never_shown(admin: Client) -> None:
    hire()
    migration = begun(admin)
    address = at("credentials", migration)
    assert "3 mailboxes still ask" in text(admin.get(address))
    word = "trois mots longs"
    csv = f"address,user name,password\r\nanna@example.com,,{word}\r\n{word},,x\r\n"
    upload = SimpleUploadedFile("p.csv", csv.encode())
    page = admin.post(address, {"bring": "", "table": upload})
    assert page.status_code == 200
    assert "1 password is kept" in text(page)
    assert "Row 2:" in text(page)
    assert word not in text(page)
    assert "2 mailboxes still ask" in text(admin.get(address))
    asking = admin.get(at("people", migration), {"filter": "asking"}).context["page"].rows
    assert [row.name for row in asking] == ["Bert", "Sales"]
    wrong = admin.post(address, {"bring": "", "table": SimpleUploadedFile("p.csv", b"a,b\n1,2\n")})
    assert wrong.status_code == 422
    assert "no column for the password" in text(wrong)


def test_a_profile_s_password_is_asked_on_the_review(admin: Client) -> None:
    hire()
    shared = replace(POP3, credential="OtherSpecified")
    description = with_providers([Provider(shared, username="reader", users=(ANNA, BERT))])
    migration = begun(admin, description)
    address = at("credentials", migration)
    assert 'value="reader"' in text(admin.get(address))
    given = {"profiles": "", "username0": "reader", "password0": "trois mots longs"}
    assert admin.post(address, given)["Location"] == address
    admin.post(at("review", migration))
    run_due()
    profile = EmailServerProfile.objects.get()
    assert profile.incoming_credential is not None
    assert profile.incoming_credential.is_password_set
    assert admin.get(address)["Location"] == at("", migration)


def test_copies_without_values_are_saved_from_the_first_page(admin: Client) -> None:
    given = {**boxes(), **more(NORTH), "copy": "1"}
    del given["stopped"]
    response = admin.post(FILES, given)
    assert response.status_code == 200
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        texts = b"".join(archive.read(name) for name in names)
    assert len(names) == 6
    assert {name.partition("/")[0] for name in names} == {"1", "2"}
    assert b"<EmailServer>text:15</EmailServer>" in texts
    assert b"example.com" not in texts
    assert not Migration.objects.exists()
    bad = admin.post(FILES, {**boxes(ROUTER, agent=b"PK"), "copy": "1"})
    assert bad.status_code == 422
    assert "agent" in bad.context["form"].errors


def test_another_table_of_names_is_taken_on_the_first_page(admin: Client) -> None:
    shipped = admin.get(reverse("web:migration-names")).content
    agent = files_of()[Box.AGENT].content
    assert isinstance(agent, bytes)
    odd = agent.replace(b"EmailServer>", b"Rechner>")
    migration = begun_with(admin, {**boxes(ROUTER, agent=odd)})
    assert "Rechner" in text(admin.get(at("profiles", migration)))
    admin.post(at("abandon", migration))
    table = shipped.replace(b'["EmailServer",', b'["Rechner", "EmailServer",')
    given = {**boxes(ROUTER, agent=odd), "names": SimpleUploadedFile("names.toml", table)}
    migration = begun_with(admin, given)
    assert "pop.example.com" in text(admin.get(at("profiles", migration)))
    wrong = admin.post(FILES, {**boxes(), "names": SimpleUploadedFile("names.toml", b"[agent")})
    assert wrong.status_code == 422
    assert "cannot be read" in wrong.context["form"].errors["names"][0]


def begun_with(client: Client, given: dict[str, Any]) -> Migration:
    client.post(FILES, given)
    return Migration.objects.get()


def test_the_pages_warn_while_no_real_set_is_in_the_tests(admin: Client) -> None:
    folder = Path(__file__).parents[2] / "router" / "real_sets"
    there = len(list(folder.iterdir())) if folder.exists() else 0
    assert there == REAL_SETS
    assert ("real files are in our tests" in text(admin.get(FILES))) is (not REAL_SETS)


def test_the_summary_is_taken_away_as_csv_and_json(admin: Client) -> None:
    hire()
    update_user(SystemUser.objects.get(pk=ANNA), fullname="=cmd|' /C calc'!A0")
    migration = begun(admin)
    assert admin.get(at("csv", migration)).status_code == 404, "nothing was done yet"
    admin.post(at("review", migration))
    run_due()
    told = json.loads(admin.get(at("json", migration)).content)
    assert told["started"]["by"] == "admin"
    assert told["counts"]["linked"] == 3
    assert len(told["advice"]) == 5
    response = admin.get(at("csv", migration))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    csv = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = csv.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("Name,Kind,")
    assert any(line.startswith("'=cmd") for line in lines), "no spreadsheet runs it"
    assert "started by admin" in lines[-1]


def test_before_the_switch_it_is_said_who_is_to_be_disabled_and_what_starts(admin: Client) -> None:
    hire()
    migration = begun(admin)
    admin.post(at("review", migration))
    run_due()
    switch = reverse("web:settings-switch")
    page = text(admin.get(switch))
    assert "3 migrated users and queues to disable" in page
    assert "<li>Anna</li>" in page
    assert "What starts by it" in page
    ticked = {"stopped": "on", "nothing_pending": "on"}
    assert admin.post(switch, ticked).status_code == 422
    admin.post(switch, {**ticked, "copied_after": "on"})
    kept = text(admin.get(switch))
    assert "Earlier switches" in kept
    assert kept.count("<li>") >= 3
    assert "admin ·" in kept
