"""What is written is read again as it was, whatever it says."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.router.made_up import NAMES, POP3, ROUTER, SMTP, read

from passerelle.router.files.format import RouterFormat
from passerelle.router.files.merging import merge
from passerelle.router.files.names import CONNECTION_FIELDS
from passerelle.router.files.values import Box, Connection, Provider, RouterSet, State
from passerelle.router.files.writing import RouterDescription, write_set

texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=30)
connections = st.one_of(
    st.sampled_from([POP3, SMTP]), st.builds(Connection, *[texts] * len(CONNECTION_FIELDS))
)
identifiers = st.lists(st.uuids(), max_size=4, unique=True).map(tuple)
providers = st.builds(
    Provider, connections, texts, texts, texts, st.booleans(), identifiers, identifiers
)
moments = st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
states = st.builds(State, texts.filter(bool), st.none() | moments, texts)
routers = st.builds(
    RouterDescription,
    st.lists(providers, min_size=1, max_size=6).map(tuple),
    st.lists(states, max_size=6, unique_by=lambda s: s.address.casefold()).map(tuple),
    st.sampled_from(["utf-8", "utf-16", "windows-1252"]),
)


@given(routers)
def test_write_read_and_merge(router: RouterDescription) -> None:
    found = read(router)
    assert found.providers == router.providers
    assert found.states == router.states
    assert found.unrecognised == ()
    format_ = RouterFormat(NAMES)
    written = RouterSet(router.providers, router.states)
    assert merge([replace(found, tag="")], format_) == merge([written], format_)


@given(routers)
def test_a_merge_loses_nobody_and_doubles_nobody(router: RouterDescription) -> None:
    format_ = RouterFormat(NAMES)
    found = merge([RouterSet(router.providers, router.states)], format_)
    placed = [(r.kind, r.guid) for profile in found.profiles for r in profile.recipients]
    assert len(placed) == len(set(placed))
    served = {
        guid
        for provider in router.providers
        if format_.direction(provider.connection) is not None
        for guid in (*provider.users, *provider.queues)
    }
    assert {guid for _, guid in placed} == served
    assert {source.side for p in found.profiles for source in p.sources} == {
        format_.side(provider.connection) for provider in router.providers
    }
    names = [profile.name.casefold() for profile in found.profiles]
    assert len(names) == len(set(names))


def test_no_secret_is_written_and_tokens_look_like_the_samples() -> None:
    files = write_set(ROUTER, NAMES)
    assert files.keys() == set(Box)
    assert b"bm8gY2lwaGVyIHRleHQ=" in files[Box.AGENT]  # "no cipher text"
    tokens = re.findall(rb"<(h\w+)>", files[Box.STATE])
    assert [len(token) for token in tokens] == [28] * 3
