"""What a tenant sets about the messages that Hilo starts, as it is written on the command line."""

import re
from collections.abc import Mapping
from typing import Any

from app.errors import InvalidRequest

_TEMPLATE = re.compile(r"twilio=(HX[0-9a-fA-F]{32})?|(cloud_api|chatwoot)=([a-z0-9_]{1,512}/[a-zA-Z_]{2,15})?")
_HOURS = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?\s*[-–]\s*([01]?\d|2[0-3])(?::([0-5]\d))?")


def message_settings(
    template: list[str] | None, reminders: str | None, quiet_hours: str | None, before: Mapping[str, str]
) -> dict[str, Any]:
    """What is set about messages that Hilo starts; templates of other providers (`before`) stay."""
    chosen: dict[str, Any] = {}
    if template is not None:
        templates = dict(before)
        for one in template:
            provider, _, name = one.partition("=")
            if not _TEMPLATE.fullmatch(one):
                raise InvalidRequest(
                    f"{one}: a template is twilio=HX… (its ContentSid), cloud_api=name/language or chatwoot=…"
                )
            templates[provider] = name
        chosen["templates"] = {provider: name for provider, name in templates.items() if name}
    if reminders is not None:
        words = [] if reminders.strip().lower() in ("none", "") else re.split(r"[,\s]+", reminders.strip().lower())
        found = [re.fullmatch(r"([1-9][0-9]{0,4})(m|h|d)", word) for word in words]
        minutes = {int(m[1]) * {"m": 1, "h": 60, "d": 1440}[m[2]] for m in found if m}
        if None in found or any(not 5 <= one <= 43_200 for one in minutes):
            raise InvalidRequest(f"{reminders}: lead times are written like 24h,2h (m, h, d), from 5m to 30d")
        chosen["reminder_minutes"] = sorted(minutes, reverse=True)
    if quiet_hours is not None:
        chosen["quiet_hours"] = _quiet(quiet_hours)
    return chosen


def _quiet(text: str) -> str | None:
    if text.strip().lower() in ("none", ""):
        return None
    found = _HOURS.fullmatch(text.strip())
    ends = [f"{int(found[n]):02d}:{found[n + 1] or '00'}" for n in (1, 3)] if found else []
    if len(set(ends)) < 2:
        raise InvalidRequest(f"{text}: quiet hours are written like 21:00-08:00")
    return "-".join(ends)
