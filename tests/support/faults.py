"""What can go wrong between a client and its server, armed by a test and met by the next call."""

import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """DROP: the connection dies before the call is run. LOSE: it is run and committed, then the connection dies.
    CUT: as LOSE, but half of the reply arrives. DELAY: the reply waits. GATEWAY: something in front answers 502."""

    DROP = "drop"
    LOSE = "lose"
    CUT = "cut"
    DELAY = "delay"
    GATEWAY = "gateway"


@dataclass(frozen=True, kw_only=True)
class Armed:
    fault: Fault
    function: str | None = None
    seconds: float = 0.0


class Faults:
    """The faults to come, in order, each met once. Shared by the threads of a server."""

    def __init__(self) -> None:
        self._armed: deque[Armed] = deque()
        self._lock = threading.Lock()

    def arm(self, fault: Fault, *, times: int = 1, function: str | None = None, seconds: float = 0.0) -> None:
        with self._lock:
            self._armed.extend([Armed(fault=fault, function=function, seconds=seconds)] * times)

    def take(self, function: str | None = None) -> Armed | None:
        """The next fault, if it is meant for this function (None: the server cannot tell which is called)."""
        with self._lock:
            if self._armed and (function is None or self._armed[0].function in (None, function)):
                return self._armed.popleft()
            return None

    @property
    def pending(self) -> int:
        return len(self._armed)

    def clear(self) -> None:
        self._armed.clear()
