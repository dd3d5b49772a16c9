"""A fault cannot be raised without its facts, nor with a secret among them."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import passerelle.faults
from passerelle.faults import Fault, Retry, Secret, catalogue, fault_of
from passerelle.faults.fault import FACT_LENGTH
from passerelle.faults.mail.protocols import HostNotFound, LoginRefused

for module in pkgutil.iter_modules(passerelle.faults.__path__):
    importlib.import_module(f"passerelle.faults.{module.name}")


def test_a_fault_tells_its_cause_with_its_facts() -> None:
    assert str(HostNotFound(host="mail.example")) == (
        "PSR-NET-001: No address is known for the server name mail.example."
    )


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="a-missing-fact-is-refused"),
        pytest.param({"host": "a", "port": 1}, id="an-unknown-fact-is-refused"),
        pytest.param({"host": Secret("x")}, id="a-secret-is-refused"),
    ],
)
def test_wrong_facts_fail_at_the_raise(facts: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        HostNotFound(**facts)


def test_a_long_answer_is_cut() -> None:
    fault = LoginRefused(host="h", account="a", answer="x" * 10_000)
    assert len(str(fault.facts["answer"])) == FACT_LENGTH


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        pytest.param("\x15\x03\x00", "\ufffd" * 3, id="nul-which-no-store-takes"),
        pytest.param("no\x1b[2J", "no\ufffd[2J", id="an-escape-to-the-console"),
        pytest.param("no\r\nyes", "no\ufffd\ufffdyes", id="a-line-of-its-own-in-a-log"),
        pytest.param("\u202egnp.exe", "\ufffdgnp.exe", id="text-turned-around"),
        pytest.param("x" * 900, "x" * 500, id="a-long-answer-is-cut"),
        pytest.param("refusé", "refusé", id="an-answer-in-french"),
    ],
)
def test_an_answer_is_kept_as_every_reader_may_see_it(answer: str, kept: str) -> None:
    assert LoginRefused(host="h", account="a", answer=answer).facts["answer"] == kept


def test_a_code_belongs_to_one_fault() -> None:
    with pytest.raises(TypeError, match="PSR-NET-001"):
        type(
            "Another",
            (Fault,),
            {"code": "PSR-NET-001", "cause": "", "consequence": "", "remedy": ""},
        )


def test_an_unknown_code_is_no_fault() -> None:
    assert fault_of("PSR-NET-001") is HostNotFound
    assert fault_of("PSR-XXX-999") is None


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_fault_says_what_it_means_and_what_to_do(code: str) -> None:
    fault = catalogue()[code]
    assert code.startswith("PSR-")
    assert isinstance(fault.retry, Retry)
    for text in (fault.cause, fault.consequence, fault.remedy):
        assert text.strip() == text
        assert text.endswith((".", ":", "}"))
    assert fault(**dict.fromkeys(fault.fact_names, "x"))


def test_none_stands_in_the_catalogue_that_nobody_tells() -> None:
    area = Path(passerelle.faults.__file__).parent
    others = (file for file in area.parent.rglob("*.py") if not file.is_relative_to(area))
    words = {word for file in others for word in re.findall(r"\w+", file.read_text("utf-8"))}
    assert {fault.__name__ for fault in catalogue().values()} <= words
