"""Checking signatures over raw bytes: pure functions of the request, the secret and the time."""

import hmac
from datetime import datetime, timedelta


def matches(given: str, *, secret: str, body: bytes, algorithm: str = "sha256") -> bool:
    """Whether `given` is the hex HMAC of `body`, compared in constant time. An empty secret matches nothing."""
    if not secret:
        return False
    expected = hmac.new(secret.encode(), body, algorithm).hexdigest()
    return same(given.strip().lower(), expected)


def same(given: str, expected: str) -> bool:
    """Constant-time comparison of two secrets; an empty one equals nothing."""
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def is_recent(timestamp: str, *, now: datetime, tolerance: timedelta) -> bool:
    """Whether `timestamp` (seconds since 1970) is within `tolerance` of `now`, either way."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 15):
        return False
    return abs(now.timestamp() - int(timestamp)) <= tolerance.total_seconds()
