"""Who may read the figures."""

import pytest

from passerelle.monitoring.services import may_read_metrics

TOKEN = "a-token-of-some-length"
GOOD = {"Authorization": f"Bearer {TOKEN}"}
THROUGH_PROXY = {"X-Forwarded-For": "203.0.113.7"}


@pytest.mark.parametrize(
    ("token", "allowed", "address", "headers", "expected"),
    [
        pytest.param("", "", "127.0.0.1", {}, False, id="off-by-default"),
        pytest.param("", "", "127.0.0.1", {"Authorization": "Bearer "}, False, id="no-empty-token"),
        pytest.param(TOKEN, "", "203.0.113.7", GOOD, True, id="the-token-opens-from-anywhere"),
        pytest.param(
            TOKEN, "", "127.0.0.1", {"Authorization": "Bearer other"}, False, id="a-wrong-one-not"
        ),
        pytest.param(
            TOKEN, "", "127.0.0.1", {"Authorization": "Bearer é"}, False, id="nor-one-of-letters"
        ),
        pytest.param("", "127.0.0.1", "127.0.0.1", {}, True, id="a-listed-address"),
        pytest.param("", "10.0.0.0/8, ::1", "10.2.3.4", {}, True, id="an-address-of-a-network"),
        pytest.param("", "10.0.0.0/8", "192.0.2.1", {}, False, id="another-address-not"),
        pytest.param(
            "", "127.0.0.1", "127.0.0.1", THROUGH_PROXY, False, id="a-proxy-is-not-its-visitor"
        ),
        pytest.param(TOKEN, "", "127.0.0.1", GOOD | THROUGH_PROXY, True, id="token-through-proxy"),
        pytest.param("", "127.0.0.1", "", {}, False, id="a-socket-file-has-no-address"),
    ],
)
def test_who_may(
    token: str, allowed: str, address: str, headers: dict[str, str], expected: bool
) -> None:
    given = may_read_metrics(token=token, allowed=allowed, address=address, headers=headers)
    assert given is expected
