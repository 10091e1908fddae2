"""English."""

from typing import Final

from app.web.text.en import conversations, events, frame, health, settings

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DATE: Final = "{weekday}, {day} {month}"

DOCTOR: Final[dict[str, str]] = {}
REASONS: Final[dict[str, str]] = {}
TEXT: Final = {**frame.TEXT, **conversations.TEXT, **events.TEXT, **health.TEXT, **settings.TEXT}
