"""The address of the web server: taken before anything starts."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

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


FIRST_REQUEST = """
import sys
import django
django.setup()
from django.test import Client
from passerelle.commands.serving.web_server import load_what_pages_need
load_what_pages_need()
before = set(sys.modules)
answer = Client(SERVER_NAME="localhost").get("/")
print(answer.status_code, answer.headers.get("Location"))
print(sorted(name for name in set(sys.modules) - before if name.startswith("passerelle")))
"""


def test_the_first_request_imports_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLE_HOME", str(tmp_path))
    monkeypatch.setenv("PASSERELLE_DATABASE_URL", "")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "passerelle.site.settings")
    command = [sys.executable, "-c", FIRST_REQUEST]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-2:] == ["302 /sign-in/?next=/", "[]"]
