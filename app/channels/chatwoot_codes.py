"""How Chatwoot signs its webhooks, and what its API's statuses mean."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.channels.http import ApiError
from app.channels.signatures import is_recent, matches
from app.errors import BadSignature, SendError, SendRefused, SendUnavailable

TOLERANCE = timedelta(minutes=5)

_UNAVAILABLE: dict[int, tuple[str, float | None]] = {
    401: ("Chatwoot refused the token: check CHATWOOT_API_TOKEN, and that it may use the account", 300.0),
    403: ("Chatwoot refused the token: check CHATWOOT_API_TOKEN, and that it may use the inbox", 300.0),
    408: ("Chatwoot did not read the request in time", None),
    429: ("too many requests to Chatwoot", 10.0),
}


def check_signature(given: str, timestamp: str, *, secrets: Sequence[str], body: bytes, now: datetime) -> None:
    """Raise `BadSignature` unless `given` is made with one of `secrets` over `{timestamp}.{body}`, within five minutes
    of `now`."""
    scheme, _, digest = given.partition("=")
    if scheme.strip().lower() != "sha256" or not digest:
        raise BadSignature("the request has no X-Chatwoot-Signature header")
    signed = timestamp.encode() + b"." + body
    if not any([matches(digest, secret=secret, body=signed) for secret in secrets]):  # noqa: C419 - in constant time
        raise BadSignature("X-Chatwoot-Signature does not match: check CHATWOOT_WEBHOOK_SECRET")
    if not is_recent(timestamp, now=now, tolerance=TOLERANCE):
        raise BadSignature("X-Chatwoot-Timestamp is more than five minutes off: an old request, or a wrong clock")


def send_error(error: ApiError) -> SendError:
    """What an answer of the API other than 2xx comes to."""
    code = str(error.status)
    if found := _UNAVAILABLE.get(error.status):
        return SendUnavailable(found[0], provider_code=code, retry_after=error.retry_after or found[1])
    if error.status >= 500:
        return SendUnavailable("Chatwoot had an internal error", provider_code=code, retry_after=error.retry_after)
    return SendRefused(f"Chatwoot does not take it (HTTP {code})", provider_code=code)
