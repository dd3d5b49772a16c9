"""How all tests run: examples by profile, quick password hashes, and no silent skip in CI."""

import os
import socket
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import datetime

import hypothesis
import pytest
from django.conf import settings
from django.utils import timezone
from tests.ready_tables import django_db_setup, pytest_timeout_set_timer, ready_tables

from passerelle.demo.world import HOST, WEB_PORT

__all__ = ["django_db_setup", "pytest_timeout_set_timer", "ready_tables"]

# `--hypothesis-profile`: what decides over a change finds the same on every machine; random
# examples are for a person at work, and for `make soak`.
hypothesis.settings.register_profile("few", max_examples=5, deadline=None, derandomize=True)
hypothesis.settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True)
hypothesis.settings.register_profile("whole", max_examples=100, deadline=None, derandomize=True)
hypothesis.settings.register_profile("soak", max_examples=1_000, deadline=None)
hypothesis.settings.register_profile("working", max_examples=100, deadline=None)
hypothesis.settings.load_profile("working")

# By what a test asks for, itself or through a fixture, so that nobody has to think of the mark.
MARKED_BY = {"point": "thorough", "whole_cycles": "cycles"}
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
VENDOR = "postgresql" if os.environ.get("PASSERELLE_DATABASE_URL") else "sqlite"


def pytest_configure() -> None:
    """Passwords are hashed well elsewhere; here it would be most of the time of many tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)  # before the marks choose
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what takes long by what it asks for; leave out what is for the other database alone."""
    for item in items:
        for fixture, mark in MARKED_BY.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
    elsewhere = [item for item in items if not _belongs_here(item)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in set(elsewhere)]


def _belongs_here(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("only_on")
    return mark is None or VENDOR in mark.args


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if IN_CI and report.skipped:
        _fail(report)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    """In CI everything runs: a skip there is a hole in the net, and fails."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, which fails in CI: {reason}"


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Stop the clock of Python: no day, minute or step of a code ends within the test."""
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.fixture
def whole_cycles() -> None:
    """For fixtures over whose servers in memory whole cycles run: their tests are marked so."""


@pytest.fixture(scope="session")
def usual_port_taken() -> Iterator[None]:
    """No demonstration of these tests gets the usual port, so each has one of its own.

    Otherwise one could take it between the moments when another finds it free and listens on it.
    """
    with socket.socket() as held:
        with suppress(OSError):  # held by another worker, or by a Passerelle of this machine
            held.bind((HOST, WEB_PORT))
        yield
