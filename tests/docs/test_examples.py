"""The examples for operators are whole: programs that are here check them, tests the rest."""

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from passerelle.monitoring import metrics

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
}


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(EXAMPLES / "passerelle.service")
    return parser


def test_the_unit_is_hardened_and_runs_our_command() -> None:
    service = unit()["Service"]
    assert {name: service.get(name) for name in HARDENED} == HARDENED
    assert service["ExecStart"].endswith("/bin/passerelle run")
    assert service["User"] == "passerelle"


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        return  # the test above read it
    text = (EXAMPLES / "passerelle.service").read_text()
    text = re.sub(r"(?m)^ExecStart=.*$", "ExecStart=/bin/true", text)  # it is not installed here
    copy = tmp_path / "passerelle.service"
    copy.write_text(text.replace("User=passerelle", "User=root").replace("Group=passerelle\n", ""))
    done = subprocess.run([program, "verify", copy], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "passerelle.service" in line]
    assert said == []
    command = [
        program,
        "security",
        "--offline=true",
        "--threshold=20",
        str(copy),
    ]  # of 100, 2.0 of 10
    exposed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert exposed.returncode == 0, exposed.stdout[-300:]


PROXIES = {
    "nginx.conf": r"proxy_set_header X-Forwarded-For \$remote_addr",
    "apache.conf": r"RequestHeader unset X-Forwarded-For early",
    "Caddyfile": r"reverse_proxy 127\.0\.0\.1:8025",
}


@pytest.mark.parametrize("name", PROXIES)
def test_a_proxy_passes_nothing_on_that_a_visitor_says_and_hides_the_figures(name: str) -> None:
    text = (EXAMPLES / name).read_text()
    assert re.search(PROXIES[name], text)
    assert "/metrics" in text
    assert "crm.example.com" in text
    assert 'trusted_proxies = "127.0.0.1"' in text
    assert text.count("{") == text.count("}")


def test_nginx_understands_its_example(tmp_path: Path) -> None:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if program is None:
        return  # the test above read it
    site = re.sub(r"(?m)^ +(ssl_certificate|listen .*443 ssl|listen \[).*$", "", (
        EXAMPLES / "nginx.conf").read_text())  # fmt: skip
    file = tmp_path / "nginx.conf"
    file.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{site}\n}}\n")
    done = subprocess.run(
        [program, "-t", "-c", file, "-e", "stderr"], capture_output=True, text=True, check=False
    )
    assert "syntax is ok" in done.stderr, done.stderr


def named() -> set[str]:
    """The figures that the examples use."""
    texts = [(EXAMPLES / name).read_text() for name in ("prometheus-rules.yml",)]
    dashboard = json.loads((EXAMPLES / "grafana-dashboard.json").read_text())
    texts += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return {name for text in texts for name in re.findall(r"\bpasserelle_[a-z0-9_]+", text)}


@pytest.mark.django_db
def test_the_figures_of_rules_and_dashboard_are_ours() -> None:
    ours = set(re.findall(r"(?m)^# TYPE (\S+) ", metrics.metrics_text().decode()))
    assert named() <= ours


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    places: set[tuple[int, int]] = set()
    for panel in json.loads((EXAMPLES / "grafana-dashboard.json").read_text())["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & places, panel["title"]
        places |= cells


def test_each_rule_says_what_to_do() -> None:
    text = (EXAMPLES / "prometheus-rules.yml").read_text()
    assert text.count("- alert: ") == text.count("summary: ") == text.count("remedy: ") > 5
