"""Starts the processes of `passerelle run` by forking, restarts the dead, ends them all.

The parent has imported everything and opened nothing (no connection, no thread), so children
share its memory. Each is the leader of a process group, and gets SIGTERM when the parent dies.
Signals are taken one at a time by `sigtimedwait`, so there is no handler to race with.
"""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

TAKEN = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
PR_SET_PDEATHSIG = 1  # linux/prctl.h
FIRST_GAP_SECONDS = 1.0
LARGEST_GAP_SECONDS = 60.0
HEALTHY_SECONDS = 60.0  # a child that lived so long starts with the first gap again
STOP_SECONDS = 9.0  # then SIGKILL, so that all are gone within ten


@dataclass(slots=True)
class _Child:
    name: str
    start: Callable[[], int]
    pid: int = 0  # 0: not running
    started: float = 0.0
    gap: float = FIRST_GAP_SECONDS
    due: float = 0.0  # when it is started again


class Supervisor:
    """Keeps the given processes running until SIGTERM or SIGINT."""

    def __init__(self, starts: Mapping[str, Callable[[], int]]) -> None:
        self._children = [_Child(name, start) for name, start in starts.items()]
        self._stopping = False

    def run(self) -> None:
        """Return when told to stop and all children are gone."""
        signal.pthread_sigmask(signal.SIG_BLOCK, TAKEN)
        gc.freeze()  # the collector would write into, and so copy, pages that children share
        try:
            while True:
                self._start_due()
                taken = signal.sigtimedwait(TAKEN, self._seconds_until_due())
                self._reap()
                if taken is not None and taken.si_signo != signal.SIGCHLD:
                    break
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, TAKEN)

    def _start_due(self) -> None:
        for child in self._children:
            if not child.pid and child.due <= time.monotonic():
                child.started = time.monotonic()
                child.pid = _fork(child)
                log.info("process.started", name=child.name, pid=child.pid)

    def _seconds_until_due(self) -> float:
        waits = [child.due - time.monotonic() for child in self._children if not child.pid]
        return max(0.0, min(waits, default=HEALTHY_SECONDS))

    def _reap(self) -> None:
        for child in self._children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if not pid:
                continue
            child.pid = 0
            status = os.waitstatus_to_exitcode(status)
            if self._stopping:
                log.info("process.ended", name=child.name, status=status)
                continue
            if time.monotonic() - child.started > HEALTHY_SECONDS:
                child.gap = FIRST_GAP_SECONDS
            child.due = time.monotonic() + child.gap
            log.warning("process.ended", name=child.name, status=status, again_in=child.gap)
            child.gap = min(child.gap * 2, LARGEST_GAP_SECONDS)

    def _stop(self) -> None:
        self._stopping = True
        self._signal_all(signal.SIGTERM)
        ends = time.monotonic() + STOP_SECONDS
        while self._running() and time.monotonic() < ends:
            signal.sigtimedwait({signal.SIGCHLD}, max(0.0, ends - time.monotonic()))
            self._reap()
        for child in self._running():
            log.warning("process.killed", name=child.name, pid=child.pid)
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)

    def _running(self) -> list[_Child]:
        return [child for child in self._children if child.pid]

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self._running():
            with suppress(ProcessLookupError):
                os.kill(child.pid, number)


def _fork(child: _Child) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        with suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)
        return pid
    status = 1
    try:
        os.setpgid(0, 0)
        # The death of the parent may have come before this line; then nobody waits for us.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == parent:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, TAKEN)
            status = child.start()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        error = sys.exc_info()[1]
        if error is not None:
            log.error("process.broken", name=child.name, exc_info=error)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # a child never returns into the parent's code
