"""What the settings of Django become when people reach the pages by TLS, and when they do not."""

import runpy
from pathlib import Path
from typing import Any

import pytest

import passerelle.site.settings as in_use

COOKIES = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")


@pytest.fixture
def by_tls(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("PASSERELLE_PUBLIC_URL", "https://crm.example.com")
    return runpy.run_path(str(Path(in_use.__file__)))


def test_cookies_are_for_tls_and_this_host_alone(by_tls: dict[str, Any]) -> None:
    assert all(by_tls[name].startswith("__Host-") for name in COOKIES)
    assert by_tls["SESSION_COOKIE_SECURE"]
    assert by_tls["CSRF_COOKIE_SECURE"]


def test_browsers_are_told_to_come_by_tls_for_a_year(by_tls: dict[str, Any]) -> None:
    assert by_tls["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_without_tls_nothing_is_promised_that_a_browser_would_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PASSERELLE_PUBLIC_URL", "")
    plain = runpy.run_path(str(Path(in_use.__file__)))
    assert not any(plain[name].startswith("__Host-") for name in COOKIES)
    assert plain["SECURE_HSTS_SECONDS"] == 0


def test_no_script_reads_a_cookie() -> None:
    assert in_use.SESSION_COOKIE_HTTPONLY
    assert in_use.CSRF_COOKIE_HTTPONLY
