"""What every answer carries, also one that was refused before any view saw the request."""

import pytest
from django.test import Client
from tests.unit.web.conftest import World

from passerelle.web.middleware import LARGEST_REQUEST_BYTES

pytestmark = [pytest.mark.django_db, pytest.mark.database]

REFUSALS = {
    "an-address-that-is-none": lambda client: client.get("/nowhere/"),
    "a-host-that-is-not-ours": lambda client: client.get("/", headers={"Host": "evil.example"}),
    "a-form-of-another-site": lambda client: client.post("/sign-in/", {"username": "ann"}),
    "more-than-is-read": lambda client: client.post(
        "/sign-in/", headers={"Content-Length": str(LARGEST_REQUEST_BYTES + 1)}
    ),
    "a-method-that-is-not-offered": lambda client: client.get("/sign-out/"),
    "a-page-before-signing-in": lambda client: client.get("/emails/"),
}
STATUS = {404, 400, 403, 413, 405, 302}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_refusal_carries_the_policy(world: World, what: str) -> None:
    answer = REFUSALS[what](Client(enforce_csrf_checks=True))
    assert answer.status_code in STATUS
    policy = answer.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_nothing_is_shared_with_other_origins(world: World, as_ann: Client) -> None:
    answer = as_ann.get("/emails/", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_trace_gives_nothing_back(world: World) -> None:
    answer = Client().trace("/sign-in/", headers={"X-Told": "a secret of the browser"})
    assert b"a secret of the browser" not in answer.content
