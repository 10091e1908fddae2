"""How long property tests look."""

import os


def examples(count: int) -> int:
    """How many cases a property test draws: `count`, which takes a second or so, times HILO_TEST_TIMES."""
    return max(1, int(count * float(os.environ.get("HILO_TEST_TIMES", "1"))))
