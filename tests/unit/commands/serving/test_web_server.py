"""The address of the web server: taken before anything starts."""

from contextlib import closing
from dataclasses import replace

import pytest

from passerelle.commands.serving.web_server import address_of, listen
from passerelle.configuration import Config
from passerelle.faults.settings import AddressUnusable

CONFIG = Config(listen="127.0.0.1:0")


def test_an_address_in_use_is_a_fault() -> None:
    with closing(listen(CONFIG)) as first:
        port = first.getsockname()[1]
        with pytest.raises(AddressUnusable) as refused:
            listen(replace(CONFIG, listen=f"127.0.0.1:{port}"))
        assert refused.value.facts["address"] == f"127.0.0.1:{port}"


def test_people_are_told_where_it_answers() -> None:
    with closing(listen(CONFIG)) as listener:
        assert address_of(listener, CONFIG) == f"http://127.0.0.1:{listener.getsockname()[1]}"
        behind_proxy = replace(CONFIG, public_url="https://crm.example.com/")
        assert address_of(listener, behind_proxy) == "https://crm.example.com"
