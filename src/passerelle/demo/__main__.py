"""`python -m passerelle.demo [--reset] [--folder FOLDER]`: the self-contained demonstration.

It reads no setting of a real Passerelle: database, key and ports are those of its own folder.
"""

import argparse
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from passerelle.configuration import console_language
from passerelle.demo.world import HOST, NotADemonstration, Ports, World

DEFAULT_FOLDER = Path("demo-world")


def main() -> int:
    words = _arguments()
    world = World(words.folder.absolute())
    os.environ.update(environment(world, os.environ))
    try:
        with _alone(world):
            if words.reset:
                world.empty()
            world.make()
            before, ports = world.choose_ports()
            return _run(world, before, ports)
    except NotADemonstration as refusal:
        return _say(f"{refusal}: this folder holds other things and is left alone.")
    except BlockingIOError:
        return _say(f"{world.folder}: a demonstration runs here already.")


def _run(world: World, before: Ports | None, ports: Ports) -> int:
    os.environ["PASSERELLE_LISTEN"] = f"{HOST}:{ports.web}"
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.set())
    import django  # settings are read at setup, so the environment must stand by then
    from django.utils import translation

    django.setup()
    from passerelle.demo.running import run

    language = os.environ["PASSERELLE_LANGUAGE"]
    with translation.override(language):
        return run(world, before, ports, language, stopped)


def environment(world: World, inherited: Mapping[str, str]) -> dict[str, str]:
    """What the product is told: settings of its own, none of those that stand around."""
    neutral = {name: "" for name in inherited if name.startswith("PASSERELLE_")}
    return {
        **neutral,
        "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
        "PASSERELLE_HOME": str(world.home),
        "PASSERELLE_ALLOW_LOOPBACK_SERVERS": "true",
        "PASSERELLE_LANGUAGE": console_language(inherited),
        "PASSERELLE_LOG_LEVEL": inherited.get("PASSERELLE_LOG_LEVEL") or "info",
    }


@contextmanager
def _alone(world: World) -> Iterator[None]:
    """Hold the folder for this process. Raises `BlockingIOError` when another one has it."""
    world.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(world.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m passerelle.demo", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="start over")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER, help="where it lives")
    return parser.parse_args()


def _say(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
