"""Whose signatures and templates may be used, asked of them and of what belongs to them."""

import pytest

from passerelle.crm.models import EmailSignature, SystemUser, Wording, WordingImage
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in, create_user
from passerelle.crm.writing.carrying import usable_images
from passerelle.crm.writing.usable import usable_by

pytestmark = [pytest.mark.django_db, pytest.mark.database]
OWNERS = ("anna", "bert", "")  # "": everybody's


@pytest.fixture
def users() -> dict[str, SystemUser]:
    """Anna and Bert, each with a signature that has a text and an image, and a shared one."""
    users = {name: create_user(name, f"{name}@example.com") for name in OWNERS if name}
    for name in OWNERS:
        signature = EmailSignature.objects.create(title=name, owner=users.get(name))
        Wording.objects.create(signature=signature, language="en", html=name)
        _image(signature=signature)
    return users


def _image(**of: object) -> None:
    WordingImage.objects.create(
        content_id=f"{WordingImage.objects.count()}@x", filename="x.png", mimetype="image/png",
        filesize=1, digest="", content=b"x", **of,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param([], {""}, id="nobody-in-particular"),
        pytest.param(["anna"], {"anna", ""}, id="one's-own"),
        pytest.param(["anna", "bert"], {"anna", "bert", ""}, id="of-some"),
    ],
)
def test_one_s_own_and_the_shared_ones(
    users: dict[str, SystemUser], names: list[str], expected: set[str]
) -> None:
    some = [users[name] for name in names]
    signatures = EmailSignature.objects.filter(usable_by(some))
    assert set(signatures.values_list("title", flat=True)) == expected
    texts = Wording.objects.filter(usable_by(some, "signature"))
    assert set(texts.values_list("html", flat=True)) == expected
    images = WordingImage.objects.filter(usable_images(some))
    assert set(images.values_list("signature__title", flat=True)) == expected


def test_what_belongs_to_neither_is_nobody_s(users: dict[str, SystemUser]) -> None:
    WordingImage.objects.all().delete()
    _image(account=create_sign_in("anna", Role.USER))
    assert not WordingImage.objects.filter(usable_images(list(users.values()))).exists()
    assert not Wording.objects.filter(usable_by(list(users.values()), "template")).exists()
