"""What is considered unsafe: the table."""

import pytest

from passerelle.messages import Address, Check, Checks, Danger, Method, Verdict, dangers

PASSED, FAILED, UNPROVED = Verdict.PASSED, Verdict.FAILED, Verdict.UNPROVED
NOTHING = Danger(0)


@pytest.mark.parametrize(
    ("name", "address", "is_false"),
    [
        pytest.param("Carla Customer", "carla@customer.example", False, id="a-name"),
        pytest.param("", "carla@customer.example", False, id="none"),
        pytest.param("carla@customer.example", "carla@customer.example", False, id="its-address"),
        pytest.param("Carla@CUSTOMER.example", "carla@customer.example", False, id="large-letters"),
        pytest.param("office@customer.example", "carla@customer.example", False, id="of-its-house"),
        pytest.param("carla@customer.example", "x@mail.customer.example", False, id="a-subdomain"),
        pytest.param("c@bücher.example", "c@xn--bcher-kva.example", False, id="as-the-dns-has-it"),
        pytest.param("Carla @ Customer", "carla@elsewhere.example", False, id="no-address-at-all"),
        pytest.param("carla@customer.example", "x@evil.example", True, id="an-address-of-others"),
        pytest.param("Carla <carla@customer.example>", "x@evil.example", True, id="within-a-name"),
        pytest.param("c@customer.example", "x@notcustomer.example", True, id="an-ending-is-no-dot"),
        pytest.param("c@a.example, c@evil.example", "x@evil.example", True, id="one-of-two"),
        pytest.param("c\uff20a.example", "x@evil.example", True, id="another-at-sign"),
        pytest.param("c\ufe6ba.example", "x@evil.example", True, id="a-small-at-sign"),
        pytest.param("c@a\u3002example", "x@evil.example", True, id="another-dot"),
        pytest.param("c@a\uff0eexample", "x@evil.example", True, id="a-wide-dot"),
        pytest.param("c\u200b@a\u200b.example", "x@evil.example", True, id="unseen-between"),
        pytest.param("c@a\xadb.example", "x@evil.example", True, id="a-hyphen-that-is-not-shown"),
        pytest.param("c\u200b@evil.example", "x@evil.example", False, id="unseen-in-ones-own"),
        pytest.param("Émile @ Café", "x@evil.example", False, id="accents-and-no-address"),
    ],
)
def test_a_name_that_is_somebody_elses_address(name: str, address: str, is_false: bool) -> None:
    found = dangers(Address(name, address), None, has_blocked_file=False)
    assert found == (Danger.FALSE_NAME if is_false else NOTHING)


@pytest.mark.parametrize(
    ("spf", "dkim", "dmarc", "is_unproved"),
    [
        pytest.param(PASSED, PASSED, PASSED, False, id="all-passed"),
        pytest.param(FAILED, FAILED, PASSED, False, id="dmarc-vouches"),
        pytest.param(PASSED, PASSED, FAILED, True, id="dmarc-does-not"),
        pytest.param(FAILED, FAILED, UNPROVED, True, id="spf-failed-and-nothing-holds"),
        pytest.param(FAILED, None, None, True, id="spf-alone"),
        pytest.param(FAILED, PASSED, None, False, id="a-signature-holds"),
        pytest.param(None, FAILED, None, False, id="a-broken-signature-proves-nothing"),
        pytest.param(UNPROVED, UNPROVED, UNPROVED, False, id="nothing-is-proved"),
    ],
)
def test_a_sender_that_may_be_forged(
    spf: Verdict | None, dkim: Verdict | None, dmarc: Verdict | None, is_unproved: bool
) -> None:
    said = {Method.SPF: spf, Method.DKIM: dkim, Method.DMARC: dmarc}
    checks = tuple(Check(method, one, "", "") for method, one in said.items() if one is not None)
    found = dangers(None, Checks("mx.example", checks), has_blocked_file=False)
    assert found == (Danger.UNPROVED_SENDER if is_unproved else NOTHING)


def test_several_are_kept_beside_each_other() -> None:
    forged = Checks("mx.example", (Check(Method.DMARC, FAILED, "fail", ""),))
    found = dangers(Address("a@b.example", "x@evil.example"), forged, has_blocked_file=True)
    assert found == sum(Danger)
    assert dangers(None, None, has_blocked_file=False) == NOTHING
