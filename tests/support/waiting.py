"""Waiting in tests: for what a process beside this one does, with a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(what: Callable[[], T], seconds: float = 90.0) -> T:
    """What `what()` gives once it is true. Long: what a killed server had claimed waits for its lease."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came of it in time")
