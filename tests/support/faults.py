"""What can go wrong between a client and its server, armed by a test and met by the next call."""

import random
import threading
from collections import Counter, deque
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
        self._random: tuple[random.Random, float] | None = None
        self.met: Counter[Fault] = Counter()

    def at_random(self, rate: float, *, seed: int) -> None:
        """From now on every call meets some fault with this probability; most delays are short, one in eight is longer
        than a client waits (10 s). 0 ends it."""
        with self._lock:
            self._random = (random.Random(seed), rate) if rate else None

    def arm(self, fault: Fault, *, times: int = 1, function: str | None = None, seconds: float = 0.0) -> None:
        with self._lock:
            self._armed.extend([Armed(fault=fault, function=function, seconds=seconds)] * times)

    def take(self, function: str | None = None) -> Armed | None:
        """The next fault, if it is meant for this function (None: the server cannot tell which is called)."""
        with self._lock:
            if self._armed and (function is None or self._armed[0].function in (None, function)):
                return self._armed.popleft()
            if self._random is None or self._random[0].random() >= self._random[1]:
                return None
            chance = self._random[0]
            fault = chance.choice([one for one in Fault if one is not Fault.DELAY] * 3 + [Fault.DELAY] * 4)
            self.met[fault] += 1
            return Armed(fault=fault, seconds=11.0 if chance.random() < 1 / 8 else chance.uniform(0.05, 0.8))

    @property
    def pending(self) -> int:
        return len(self._armed)

    def clear(self) -> None:
        self._armed.clear()
