"""Pages asked for as the web server asks for them, without the network and without its process."""

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from passerelle.crm.models import SignInAccount


def asking_as(account: "SignInAccount") -> Callable[[str], None]:
    """What asks for an address as that person. Raises AssertionError for what is no page.

    Without Django's test environment, which copies the context of each template that is rendered:
    a twentieth of a page of fifty rows.
    """
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    gc.freeze()  # as the supervisor does before it starts the web server

    def ask(address: str) -> None:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)

    return ask
