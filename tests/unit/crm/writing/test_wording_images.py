"""Images of signatures and templates: whose they are, what is kept, how they come into drafts."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from tests.images import gif, png
from tests.unit.crm.writing.test_answers import received
from tests.unit.crm.writing.test_images import LOGO, QUOTED, picture_mail
from tests.unit.statements import survives_any_kill

from passerelle.crm.models import (
    AuditEntry,
    Email,
    EmailSignature,
    EmailTemplate,
    RawMessage,
    RawPack,
    SignInAccount,
    SystemUser,
    Wording,
    WordingImage,
)
from passerelle.crm.models.people import Role
from passerelle.crm.services import (
    WORDING_IMAGE_BYTES,
    WORDING_IMAGES,
    FileRules,
    Upload,
    Worded,
    Words,
    Written,
    attached_files,
    create_draft,
    create_queue,
    create_sign_in,
    create_user,
    discard_draft,
    forward_draft,
    insert_images,
    insert_wording,
    keep_wording_images,
    preview,
    remove_wording,
    reply_draft,
    save_wording,
    set_default_signature,
    signature_html,
    unsaved_images,
    update_draft,
    visible_images,
)
from passerelle.messages import images_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]

RULES = FileRules(file_bytes=2_000_000, total_bytes=9_000_000, blocked=frozenset({"svg"}))
OTHER = gif(3, 3)


@pytest.fixture
def draft(anna: SystemUser) -> Email:
    return create_draft(Written("", "Offer", "Hello"), sender=anna, owner=anna)


def put_in(account: SignInAccount, octets: bytes = LOGO) -> str:
    """An image that came into an editor of this account, by its Content-ID."""
    return keep_wording_images(account, [Upload("logo.png", octets)], RULES)[0].content_id


def showing(*ids: str, text: str = "Anna") -> Words:
    return Words(f"<p>{text}" + "".join(f'<img src="cid:{one}" alt="Logo">' for one in ids))


def saved(account: SignInAccount, record: Worded, **words: Words) -> Worded:
    return save_wording(record, "Usual", words, by=account.username, account=account)


def signature(account: SignInAccount, octets: bytes = LOGO, *, shared: bool = False) -> Worded:
    owner = None if shared else account.systemuser
    return saved(account, EmailSignature(owner=owner), en=showing(put_in(account, octets)))


def shown_by(record: Worded) -> set[str]:
    return set().union(*(images_in(one.html) for one in record.wordings.all()))


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        pytest.param(Upload("logo.png", b"<svg/>"), "PNG, JPEG", id="no-image"),
        pytest.param(Upload("logo.svg", png()), ".svg", id="a-blocked-kind"),
        pytest.param(Upload("b.png", png(60_000, 60_000)), "60000 × 60000", id="a-bomb"),
        pytest.param(
            Upload("a.png", png() + bytes(WORDING_IMAGE_BYTES)), "a.png", id="too-many-octets"
        ),
    ],
)
def test_what_is_refused_is_refused_whole(
    account: SignInAccount, upload: Upload, told: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        keep_wording_images(account, [Upload("good.png", png()), upload], RULES)
    assert told in refused.value.messages[0]
    assert not WordingImage.objects.exists()


def test_before_it_is_saved_it_is_its_accounts_alone(account: SignInAccount) -> None:
    name = put_in(account)
    other = create_sign_in("bob", Role.ADMINISTRATOR)
    assert visible_images(account).get().content_id == name
    assert not visible_images(other).exists()
    made = saved(other, EmailSignature(), en=showing(name))
    assert (shown_by(made), WordingImage.objects.get().account) == (set(), account)


def test_saved_it_is_seen_by_whoever_sees_the_signature(account: SignInAccount) -> None:
    bob = create_sign_in("bob", Role.USER, systemuser=create_user("Bob", "bob@example.com"))
    administrator = create_sign_in("root", Role.ADMINISTRATOR)
    own = signature(account)
    shared = signature(administrator, OTHER, shared=True)
    seen = [set(visible_images(one).values_list("content_id", flat=True)) for one in (account, bob)]
    assert seen == [shown_by(own) | shown_by(shared), shown_by(shared)]
    assert set(visible_images(administrator).values_list("signature", flat=True)) == {shared.pk}
    assert not unsaved_images(account).exists()


def test_an_image_alone_is_a_signature(account: SignInAccount) -> None:
    made = saved(account, EmailSignature(), en=showing(put_in(account), text=""))
    assert len(shown_by(made)) == 1


def test_the_same_bytes_are_kept_once_for_both_languages(account: SignInAccount) -> None:
    first, second = put_in(account), put_in(account)
    made = saved(account, EmailSignature(), en=showing(first), fr=showing(second))
    assert shown_by(made) == {made.images.get().content_id} == {first}
    again = saved(account, made, en=showing(put_in(account)), fr=showing(first))
    assert (shown_by(again), made.images.count()) == ({first}, 1)


def test_what_the_text_shows_no_more_goes_and_all_goes_with_the_signature(
    account: SignInAccount,
) -> None:
    made = signature(account)
    new = put_in(account, OTHER)
    saved(account, made, en=showing(new))
    assert [bytes(one.content) for one in WordingImage.objects.all()] == [OTHER]
    assert AuditEntry.objects.latest("done_on").detail["images"] == 1
    remove_wording(made, by="anna")
    assert not WordingImage.objects.exists()


def test_of_another_signature_it_shows_none(account: SignInAccount) -> None:
    [name] = shown_by(signature(account))
    made = saved(account, EmailTemplate(owner=account.systemuser), en=showing(name))
    assert not shown_by(made)


def test_they_are_bounded(account: SignInAccount) -> None:
    names = [put_in(account, png(2, 2, shade)) for shade in range(WORDING_IMAGES + 1)]
    with pytest.raises(ValidationError, match="at most 10 images"):
        saved(account, EmailSignature(), en=showing(*names))
    assert not EmailSignature.objects.exists()
    for shade in range(30):
        put_in(account, png(3, 3, shade))
    assert unsaved_images(account).count() == 20


def test_the_database_keeps_one_of_each_and_a_place_for_all(account: SignInAccount) -> None:
    image = signature(account).images.get()
    for change in ({"account": account}, {"signature": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WordingImage.objects.filter(pk=image.pk).update(**change)
    image.pk, image.content_id, image._state.adding = None, "other", True
    with pytest.raises(IntegrityError), transaction.atomic():
        image.save(force_insert=True)


def test_a_preview_shows_what_it_may(anna: SystemUser, account: SignInAccount) -> None:
    shown = preview(showing("one@x", "two@x"), anna, "en", ["one@x"])
    assert shown.html == '<p>Anna<img src="cid:one@x" alt="Logo"></p>'


@pytest.mark.parametrize("kind", [EmailSignature, EmailTemplate], ids=["signature", "template"])
def test_put_into_a_draft_it_is_a_file_of_that_email(
    kind: type[Worded], draft: Email, anna: SystemUser, account: SignInAccount
) -> None:
    made = saved(account, kind(owner=anna), en=showing(put_in(account)))
    for _ in range(2):  # and put in again it is there once
        stored = insert_wording(draft, made, "en", anna)
    row = stored.attachments.get()
    assert images_in(stored.html) == {row.content_id}
    assert "Anna[image: Logo]" in stored.description
    assert (stored.attachment_count, row.mimetype) == (1, "image/png")
    remove_wording(made, by="anna")  # the draft keeps what it has
    assert [file.data for file in attached_files(stored)] == [LOGO]
    discard_draft(stored)
    assert not RawPack.objects.exists()


def test_another_signature_in_its_place_takes_its_image_along(
    draft: Email, anna: SystemUser, account: SignInAccount
) -> None:
    stored = insert_wording(draft, signature(account), "en", anna)
    stored = update_draft(stored, Written("", "Offer", "", html="<p>Hello</p>"))
    assert list(attached_files(stored)) == []
    stored = insert_wording(stored, signature(account, OTHER), "en", anna)
    assert [file.data for file in attached_files(stored)] == [OTHER]


@pytest.mark.parametrize("first", ["the text", "an image"])
def test_a_new_email_has_those_of_its_signature(
    anna: SystemUser, account: SignInAccount, first: str
) -> None:
    set_default_signature(anna, EmailSignature.objects.get(pk=signature(account).pk))
    written = Written("", "New", "", html=f"<p>Hello</p>{signature_html(anna, anna)}")
    if first == "the text":
        stored = create_draft(written, sender=anna, owner=anna)
    else:  # the editor made the draft, for an image of its own
        empty = create_draft(Written("", "", ""), sender=anna, owner=anna)
        insert_images(empty, [Upload("plan.png", png(9, 9))], RULES)
        stored = update_draft(empty, written)
    assert [file.data for file in attached_files(stored)] == [LOGO]


def test_nobody_takes_an_image_from_another_ones_signature(
    anna: SystemUser, account: SignInAccount
) -> None:
    [name] = shown_by(signature(account))
    bob = create_user("Bob", "bob@example.com")
    stored = create_draft(Written("", "", "", html=showing(name).html), sender=bob, owner=bob)
    assert "<img" not in stored.html
    assert not stored.attachments.exists()


@pytest.mark.parametrize(("begin", "files"), [(reply_draft, 2), (forward_draft, 3)])
def test_answers_show_their_signature_and_what_they_quote(
    account: SignInAccount, begin: object, files: int
) -> None:
    queue = create_queue("Orders", "orders@example.com")
    made = signature(account, OTHER, shared=True)
    set_default_signature(queue, EmailSignature.objects.get(pk=made.pk))
    email = received(picture_mail(QUOTED, ("logo@x", LOGO, "image/png")))
    stored = begin(email, account, sender=queue)  # type: ignore[operator]
    assert stored.attachments.count() == stored.attachment_count == files
    assert len(images_in(stored.html)) == 2
    octets = [file.data for file in attached_files(stored) if file.content_id]
    assert octets == [LOGO, OTHER]


def everything() -> object:
    """All that is stored of images, texts and drafts."""
    return (
        sorted(WordingImage.objects.values_list("content_id", "account", "signature")),
        sorted(Wording.objects.values_list("html", flat=True)),
        sorted(Email.objects.values_list("html", "revision", "attachment_count")),
        RawMessage.objects.count(),
        RawPack.objects.count(),
        AuditEntry.objects.count(),
    )


def test_killed_while_it_comes_into_an_editor(account: SignInAccount) -> None:
    assert survives_any_kill(lambda: put_in(account), everything) >= 2
    assert unsaved_images(account).count() == 1


def test_killed_while_a_signature_is_saved(account: SignInAccount) -> None:
    made = signature(account)
    new = put_in(account, OTHER)
    survives_any_kill(lambda: saved(account, made, en=showing(new)), everything)
    assert [bytes(one.content) for one in WordingImage.objects.all()] == [OTHER]


def test_killed_while_a_draft_gets_an_image(draft: Email) -> None:
    def add() -> None:
        insert_images(draft, [Upload("a.png", png()), Upload("b.png", OTHER)], RULES)

    assert survives_any_kill(add, everything) > 8
    assert draft.attachments.count() == RawPack.objects.count() == 2


def test_killed_while_a_signature_comes_into_a_draft(
    draft: Email, anna: SystemUser, account: SignInAccount
) -> None:
    made = signature(account)
    assert survives_any_kill(lambda: insert_wording(draft, made, "en", anna), everything) > 8
    assert draft.attachments.count() == RawPack.objects.count() == 1


def test_killed_while_an_answer_is_begun(anna: SystemUser, account: SignInAccount) -> None:
    set_default_signature(anna, EmailSignature.objects.get(pk=signature(account).pk))
    email = received(picture_mail(QUOTED, ("logo@x", LOGO, "image/png")))
    assert survives_any_kill(lambda: reply_draft(email, account), everything) > 8
    assert Email.objects.get(direction_code=True).attachments.count() == 2
