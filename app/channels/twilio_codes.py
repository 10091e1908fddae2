"""Twilio's words and numbers, as tables. What is not in them is said to be unknown, never guessed.

Statuses: the enum of the Message resource in Twilio's OpenAPI document. Error numbers: Twilio's error
dictionary, https://www.twilio.com/docs/api/errors; the texts are ours and say what a person can do.
"""

import re

from app.errors import OutsideWindow, SendError, SendRefused, SendUnavailable
from app.models import DeliveryStatus

OUTSIDE_WINDOW = 63016
_LONG_NUMBER = re.compile(r"[0-9]{4,}(?=[0-9]{2})")

# What an incoming message's webhook says of it.
INBOUND = frozenset({"received", "receiving"})

STATUSES = {
    "accepted": DeliveryStatus.QUEUED,
    "scheduled": DeliveryStatus.QUEUED,
    "queued": DeliveryStatus.QUEUED,
    "sending": DeliveryStatus.SENDING,
    "sent": DeliveryStatus.SENT,
    "partially_delivered": DeliveryStatus.SENT,  # not all of it has arrived
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}

# WhatsApp's read receipts say it in a field of their own as well.
EVENT_TYPES = {"READ": DeliveryStatus.READ}

# The message itself will never be taken: a person has to do something about it.
REFUSED = {
    21211: "the customer's number is not valid",
    21212: "our number is not valid",
    21408: "the account may not send to this country",
    21602: "the message has no text",
    21603: "the message has no sender",
    21604: "the message has no recipient",
    21606: "our number cannot send this message",
    21608: "a trial account sends to verified numbers only",
    21610: "the customer has unsubscribed from our number (STOP)",
    21612: "this sender cannot reach this recipient",
    21614: "the customer's number cannot receive messages",
    21617: "the message has more than 1,600 characters",
    21658: "the message is too long",
    63003: "WhatsApp does not know the customer's address",
    63005: "WhatsApp does not accept this content",
    63007: "our number is no WhatsApp sender of this Twilio account",
    63013: "the message violates WhatsApp's policy",
    63015: "the customer has not joined the Twilio sandbox (or left it): send the join code to it again",
    63016: "the customer last wrote more than 24 hours ago: only an approved template may be sent",
    63021: "WhatsApp does not accept this content",
    63024: "WhatsApp cannot deliver to this recipient",
    63032: "WhatsApp does not deliver this message to this customer",
    63033: "the customer has blocked our number",
}

# The message may be taken later: what it means, and the seconds to wait when Twilio does not say.
UNAVAILABLE: dict[int, tuple[str, float | None]] = {
    14107: ("too many replies to one number in a short time", 60.0),
    20003: ("Twilio refused the credentials: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN", 300.0),
    20005: ("the Twilio account is not active", 300.0),
    20429: ("too many requests to Twilio", 5.0),
    20500: ("Twilio had an internal error", None),
    20503: ("Twilio is not available", None),
    21611: ("our number has too many messages waiting", 60.0),
    30001: ("our number has too many messages waiting", 60.0),
    63010: ("Twilio had an internal error", None),
    63012: ("WhatsApp had an internal error", None),
    63018: ("too many messages to WhatsApp in a short time", 10.0),
    63038: ("the account's daily number of messages is used up", 3600.0),
}

# HTTP statuses that promise nothing about the message, for answers whose number is in neither table.
UNAVAILABLE_STATUS: dict[int, tuple[str, float | None]] = {
    401: UNAVAILABLE[20003],
    408: ("Twilio did not read the request in time", None),
    429: UNAVAILABLE[20429],
}


def meaning(code: str) -> str | None:
    """What an error number says, for callbacks that bring the number alone; None if it is not known."""
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 10 else 0
    return REFUSED.get(number) or UNAVAILABLE.get(number, (None, None))[0]


def send_error(status: int, number: int, said: str, retry_after: float | None) -> SendError:
    """What an answer of the API other than 2xx comes to. `number` is the error's (0: none), `said` Twilio's words."""
    provider_code = str(number or status)
    if (text := REFUSED.get(number)) is not None:
        refusal = OutsideWindow if number == OUTSIDE_WINDOW else SendRefused
        return refusal(f"{text} (Twilio {provider_code})", provider_code=provider_code)
    wait = UNAVAILABLE.get(number) or UNAVAILABLE_STATUS.get(status)
    if wait is None and status >= 500:
        wait = ("Twilio had an internal error", None)
    if wait is not None:
        text, seconds = wait
        return SendUnavailable(
            f"{text} (Twilio {provider_code})",
            provider_code=provider_code,
            retry_after=seconds if retry_after is None else retry_after,
        )
    said = _LONG_NUMBER.sub("…", said) or f"HTTP {status}"
    return SendRefused(f"Twilio refused the message: {said} (Twilio {provider_code})", provider_code=provider_code)
