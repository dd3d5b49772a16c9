"""One run of the demonstration: the mail world, the product and the customers, until it is stopped.

The supervisor of everything: children are started in sessions of their own, so that Ctrl-C
reaches this process alone, which then ends them, the product first, within ten seconds.
"""

import http.client
import logging
import os
import random
import secrets
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import structlog
from django.utils.translation import gettext
from rich.console import Console

from passerelle.demo import records
from passerelle.demo.customers import Customers, CustomersAtWork
from passerelle.demo.post import Post
from passerelle.demo.router_files import write_router_files
from passerelle.demo.seeding import seed
from passerelle.demo.servers import MailServers, ServerDidNotStart, end, tied
from passerelle.demo.tour import tell, tell_made, tell_tour
from passerelle.demo.world import HOST, Ports, World

LOOK_SECONDS = 0.5
PRODUCT_START_SECONDS = 90.0
PRODUCT_STOP_SECONDS = 7.0  # of the ten that everything may take


class ProductDidNotStart(Exception):
    """The product ended, or does not answer; its log says why."""


def run(
    world: World, before: Ports | None, ports: Ports, language: str, stopped: threading.Event
) -> int:
    """Run until `stopped`; the exit code."""
    # What is made here is told in one line; the events of making it would bury the tour.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("mail").setLevel(logging.ERROR)  # aiosmtpd's, about its own next version
    console = Console()
    post, password = Post(world.mail), _password(world)
    _prepare(console, world, before, ports, language)
    servers = MailServers(world, ports, password)
    customers = CustomersAtWork(Customers(post, random.Random()))  # noqa: S311 - letters, not keys
    product: subprocess.Popen[bytes] | None = None
    try:
        servers.look()
        product = _start_product(world)
        wait_for_product(ports, product, stopped)
        if not stopped.is_set():
            link = records.sign_in_address(ports)
            records.close_database()
            tell_tour(console, world, ports, link, password)
        customers.start()
        return _watch(console, servers, product, stopped)
    except (ServerDidNotStart, ProductDidNotStart) as failure:
        tell(console, gettext("It did not start: {what}").format(what=failure))
        tell(console, gettext("The logs in {folder} say why.").format(folder=world.folder))
        return 1
    finally:
        _stop(customers, product, servers)


def _prepare(
    console: Console, world: World, before: Ports | None, ports: Ports, language: str
) -> None:
    """Bring the database up to date, and make the world where there is none yet."""
    records.bring_up_to_date()
    if world.seeded.exists():
        if before is not None and before != ports:
            records.follow_ports(before, ports)
            stopped_on = datetime.fromtimestamp(world.seeded.stat().st_mtime, UTC)
            write_router_files(world, ports, stopped_on)
    else:
        now = datetime.now(UTC)
        counts = records.create_records(language)
        post = Post(world.mail)
        post.make()
        letters = seed(post, now)
        write_router_files(world, ports, now)
        world.seeded.touch()
        tell_made(console, counts, letters)
    records.close_database()


def _password(world: World) -> str:
    """The one password of all mail accounts, made at the first start."""
    file = world.folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(f"lumen-{secrets.token_hex(4)}", encoding="ascii")
    return file.read_text(encoding="ascii")


def _start_product(world: World) -> subprocess.Popen[bytes]:
    with (world.folder / "passerelle.log").open("ab") as log:
        return subprocess.Popen(
            tied([sys.executable, "-m", "passerelle", "run"]),
            env=os.environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_for_product(
    ports: Ports, product: subprocess.Popen[bytes], stopped: threading.Event
) -> None:
    """Wait until the pages answer. Raises `ProductDidNotStart`."""
    deadline = time.monotonic() + PRODUCT_START_SECONDS
    while time.monotonic() < deadline and product.poll() is None:
        if _answers(ports.web) or stopped.wait(0.2):
            return
    raise ProductDidNotStart("passerelle run")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("HEAD", "/")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(
    console: Console,
    servers: MailServers,
    product: subprocess.Popen[bytes],
    stopped: threading.Event,
) -> int:
    were_on = servers.are_on()
    while not stopped.wait(LOOK_SECONDS):
        if product.poll() is not None:
            tell(console, gettext("Passerelle ended by itself; its log says why."))
            return 1
        servers.look()
        if servers.are_on() != were_on:
            were_on = servers.are_on()
            on, off = (
                gettext("The mail servers run again."),
                gettext("The mail servers are stopped."),
            )
            tell(console, on if were_on else off)
    tell(console, gettext("Stopping …"))
    return 0


def _stop(
    customers: CustomersAtWork, product: subprocess.Popen[bytes] | None, servers: MailServers
) -> None:
    customers.stop()
    if product is not None:
        end(product, PRODUCT_STOP_SECONDS)
    servers.stop()
