"""Mail servers in memory: one account, an inbox, and the ways in which servers disappoint."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes

from passerelle.faults import Fault
from passerelle.protocols.interfaces import (
    Cursor,
    Endpoint,
    Handover,
    Listed,
    Listing,
    Login,
    RawMessage,
    Recipient,
    RecipientAnswer,
    Security,
    StepName,
    Watch,
)


@dataclass
class MemoryServers:
    """The opener of a test. Faults are taken from the front of their lists, one an opening."""

    inbox: list[bytes] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    source_faults: list[Fault | None] = field(default_factory=list)
    sender_faults: list[Fault | None] = field(default_factory=list)
    list_fault: Fault | None = None
    send_fault: Fault | None = None
    answer: Recipient = Recipient.ACCEPTED
    loses: bool = False  # what is sent never arrives
    arrives_at_look: int = 1
    removes: bool = True
    tls: str = "TLSv1.3, 2099-12-31"
    openings: list[str] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    looks: int = 0
    open_now: int = 0

    def source(
        self, protocol: str, endpoint: Endpoint, login: Login, watch: Watch
    ) -> "MemorySource":
        self._open(protocol, endpoint, login, watch, self.source_faults)
        return MemorySource(self)

    def sender(self, endpoint: Endpoint, login: Login | None, watch: Watch) -> "MemorySender":
        self._open("smtp", endpoint, login, watch, self.sender_faults)
        return MemorySender(self)

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    def _open(
        self,
        protocol: str,
        endpoint: Endpoint,
        login: Login | None,
        watch: Watch,
        faults: list[Fault | None],
    ) -> None:
        self.openings.append(protocol)
        watch(StepName.RESOLVE, "192.0.2.1")
        watch(StepName.CONNECT, f"192.0.2.1 {endpoint.port}")
        if endpoint.security is not Security.NONE:
            watch(StepName.TLS, self.tls)
        fault = faults.pop(0) if faults else None
        if fault is not None:
            raise fault
        if login is not None:
            watch(StepName.SIGN_IN, login.username)
        self.open_now += 1


@dataclass
class MemorySource:
    servers: MemoryServers

    def list_new(self, cursor: Cursor, since: datetime | None) -> Listing:
        if self.servers.list_fault is not None:
            raise self.servers.list_fault
        return Listing("INBOX", 1, len(self.servers.inbox) + 1, ())

    def read(self, items: Sequence[Listed]) -> Iterator[RawMessage]:
        raise AssertionError("a test reads no message")

    def mark(self, uid_validity: int, uids: Sequence[int], keyword: str) -> None:
        raise AssertionError("a test marks no message")

    def find(self, message_id: str) -> bool:
        self.servers.looks += 1
        if self.servers.looks < self.servers.arrives_at_look:
            return False
        return any(self._is(raw, message_id) for raw in self.servers.inbox)

    def remove(self, uid_validity: int, items: Sequence[Listed]) -> None:
        """Test and enable removes by Message-ID only."""
        raise NotImplementedError

    def find_and_remove(self, message_id: str) -> bool:
        found = [raw for raw in self.servers.inbox if self._is(raw, message_id)]
        if not found or not self.servers.removes:
            return False
        self.servers.inbox.remove(found[0])
        return True

    def close(self) -> None:
        self.servers.open_now -= 1

    @staticmethod
    def _is(raw: bytes, message_id: str) -> bool:
        return message_from_bytes(raw)["Message-ID"] == message_id


@dataclass
class MemorySender:
    servers: MemoryServers

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        *,
        before_final_dot: Callable[[tuple[RecipientAnswer, ...]], None],
        asks_delivered: bool = False,
    ) -> Handover:
        answers = tuple(
            RecipientAnswer(address, self.servers.answer, 550, "said so") for address in recipients
        )
        if self.servers.answer is not Recipient.ACCEPTED:
            return Handover(answers, sent=False, answer="")
        before_final_dot(answers)
        self.servers.sent.append(data)
        if not self.servers.loses:
            self.servers.inbox.append(data)
        if self.servers.send_fault is not None:
            raise self.servers.send_fault
        return Handover(answers, sent=True, answer="250 taken")

    def close(self) -> None:
        self.servers.open_now -= 1
