"""Which mechanism signs in: the strongest that both know, and one only. Pure.

A password that a mechanism cannot say (SASLprep prohibits some characters) is said by the next.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from passerelle.protocols.interfaces import Login
from passerelle.protocols.sasl.exchange import Exchange
from passerelle.protocols.sasl.plain import Plain
from passerelle.protocols.sasl.scram import Scram

# The strongest first. PLAIN goes only over an encrypted connection, or where the profile says that
# there is none: the adapters sign in after the encryption that the endpoint asks for.
MECHANISMS: Mapping[str, Callable[[Login], Exchange]] = {
    "SCRAM-SHA-256": partial(Scram, "SCRAM-SHA-256"),
    "SCRAM-SHA-1": partial(Scram, "SCRAM-SHA-1"),
    "PLAIN": Plain,
}


def strongest(offered: Collection[str], login: Login) -> Exchange | None:
    """The exchange to sign in with; None when none of ours is offered."""
    for mechanism, begun in MECHANISMS.items():
        wanted = mechanism == "PLAIN" or not login.only_plain
        if wanted and mechanism in offered:
            try:
                return begun(login)
            except ValueError:
                continue
    return None
