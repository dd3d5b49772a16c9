"""What messages say, on its way from the process that reads them to the one that records them.

`pickle` as it is, but for our values: of a frozen class with slots it asks for each field by Python
code, at both ends. Here their constructor is called with all of them.
"""

import copyreg
import pickle
from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import IO, Any

from passerelle.messages import (
    Address,
    Attachment,
    Confirmed,
    HeaderFacts,
    Identity,
    MailReport,
    Message,
    Undelivered,
)
from passerelle.sync.understanding.content import Understood

VALUES: tuple[type[Any], ...] = (
    *(Address, Attachment, Confirmed, HeaderFacts, Identity, MailReport, Message, Undelivered),
    Understood,
)


def _as_call(value_type: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    """How such a value is made again: by what call, and of what."""
    values = attrgetter(*(field.name for field in fields(value_type)))
    return lambda value: (value_type, values(value))


_CALLS = copyreg.dispatch_table | {one: _as_call(one) for one in VALUES}


def pass_on(contents: Sequence[Understood | None], stream: IO[bytes]) -> None:
    """Write it, for `pickle.load` to read."""
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _CALLS
    pickler.dump(contents)
    stream.flush()
