"""One run of the demonstration: the mail world, the product and the customers, until it is stopped.

The supervisor of everything: children are started in sessions of their own, so that Ctrl-C
reaches this process alone, which then ends them, the product first, within ten seconds.
"""

import http.client
import logging
import os
import random
import subprocess
import sys
import threading
import time

import structlog
from django.utils.translation import gettext
from rich.console import Console

from passerelle.demo import records
from passerelle.demo.customers import Customers, CustomersAtWork
from passerelle.demo.mail_world.post import Post
from passerelle.demo.mail_world.servers import MailServers, ServerDidNotStart, end, tied
from passerelle.demo.making import Start, password_of, prepare
from passerelle.demo.tour import tell, tell_made, tell_tour
from passerelle.demo.world import HOST, Ports, World

LOOK_SECONDS = 0.5
PRODUCT_START_SECONDS = 240.0
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
    start = Start(world, before, ports, language, password_of(world))
    made = prepare(start)
    if made is not None:
        tell_made(console, made)
    servers = MailServers(world, ports, start.password)
    customers = CustomersAtWork(Customers(Post(world.mail), random.Random()))  # noqa: S311 - letters, not keys
    product: subprocess.Popen[bytes] | None = None
    try:
        servers.look()
        product = _start_product(world)
        wait_for_product(ports, product, stopped)
        if not stopped.is_set():
            link = records.sign_in_address(ports)
            records.close_database()
            tell_tour(console, start, link)
        customers.start()
        return _watch(console, servers, product, stopped)
    except (ServerDidNotStart, ProductDidNotStart) as failure:
        tell(console, gettext("It did not start: {what}").format(what=failure))
        tell(console, gettext("The logs in {folder} say why.").format(folder=world.folder))
        return 1
    finally:
        _stop(customers, product, servers)


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
