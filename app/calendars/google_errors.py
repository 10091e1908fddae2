"""What Google says no with, as errors of ours with words for a person. Knows no SDK.

Guides, Handle API errors (developers.google.com/workspace/calendar/api/guides/errors): the reason decides, since
403 means both "slower" and "never".
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from app.errors import CalendarDisconnected, CalendarError, CalendarRefused, CalendarUnavailable
from app.models import Value

_SLOWER: Final = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "calendarUsageLimitsExceeded"}
)


class Refusal(Value):
    """An answer that is an error. `reason` is Google's word for it."""

    status: int
    reason: str = ""
    message: str = ""
    retry_after: float | None = None


def refusal(status: int, content: bytes | str, headers: Mapping[str, Any]) -> Refusal:
    """Read an error's body; whatever it is, it does not raise."""
    reason = message = ""
    try:
        error = json.loads(content)["error"]
        message = str(error.get("message", ""))
        reason = str(error["errors"][0]["reason"])
    except (ValueError, LookupError, TypeError, AttributeError):
        pass
    wait = str(headers.get("retry-after", ""))
    return Refusal(status=status, reason=reason, message=message, retry_after=float(wait) if wait.isdecimal() else None)


def calendar_error(said: Refusal, *, calendar: str, account: str) -> CalendarError:
    """`calendar`: the calendar's id. `account`: who we are there, for the words."""
    words = " ".join(part for part in (str(said.status), said.reason, said.message) if part)
    if said.status in (408, 429) or said.status >= 500 or said.reason in _SLOWER:
        return CalendarUnavailable(f"Google asks to come back later ({words})", retry_after=said.retry_after)
    if said.status in (409, 412):  # somebody is writing at this moment, or Google's own copies differ for a while
        return CalendarUnavailable(f"Google's entry changes under the write ({words})")
    if said.status in (404, 410):
        return CalendarDisconnected(
            f"Google has no calendar {calendar} for {account}: check its id, and share it with {account} "
            "(“Make changes to events”)"
        )
    if said.status == 401:
        return CalendarDisconnected(f"Google does not accept the access of {account}: connect again ({words})")
    if said.status == 403:
        return CalendarDisconnected(
            f"{account} may not write to {calendar} ({words}): share the calendar with it (“Make changes to events”), "
            "and see that the Google Calendar API is enabled in its project"
        )
    return CalendarRefused(f"Google refuses the entry ({words})")


def grant_error(words: str, *, account: str, service_account: bool) -> CalendarDisconnected:
    """No access token is given any more. `words`: what the token endpoint said."""
    if service_account:
        mend = "the key was deleted or disabled, the delegation is missing, or this machine's clock is wrong"
    else:
        mend = "connect again with `hilo google connect` (the access was taken back, or has expired)"
    return CalendarDisconnected(f"Google gives {account} no access ({words}): {mend}")
