"""Packing loses nothing that the merge asks for."""

from dataclasses import replace
from datetime import UTC
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.router.made_up import read

from passerelle.router.files.values import Connection, Provider, RouterSet, State
from passerelle.router.storing.packing import pack, unpack

texts = st.text(max_size=12)
connections = st.lists(
    st.builds(Connection, server=texts, class_name=texts, port=texts), min_size=1, max_size=3
)
guids = st.builds(UUID, int=st.integers(0, 2**128 - 1))
states = st.builds(State, texts, st.none() | st.datetimes(timezones=st.just(UTC)), texts)


@st.composite
def sets(draw: st.DrawFn) -> RouterSet:
    shared = st.sampled_from(draw(connections))
    provider = st.builds(
        Provider,
        shared,
        name=texts,
        username=texts,
        target=texts,
        has_password=st.booleans(),
        users=st.lists(guids, max_size=3).map(tuple),
        queues=st.lists(guids, max_size=2).map(tuple),
    )
    return RouterSet(
        providers=tuple(draw(st.lists(provider, max_size=6))),
        states=tuple(draw(st.lists(states, max_size=4))),
        tag=draw(texts),
    )


@given(st.lists(sets(), max_size=3))
def test_what_is_packed_comes_back(files: list[RouterSet]) -> None:
    assert unpack(pack(files)) == tuple(files)


def test_equal_connections_are_one_object_again() -> None:
    files = read()
    (found,) = unpack(pack([files]))
    assert found == replace(files, unrecognised=(), unconfirmed=(), warnings=())
    assert found.providers[0].connection is found.providers[1].connection
