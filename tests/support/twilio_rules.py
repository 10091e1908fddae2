"""What Twilio refuses when a message is created, with its numbers
(https://www.twilio.com/docs/api/errors)."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_PHONE = re.compile(r"(whatsapp:)?\+[1-9][0-9]{6,14}")
_USER_ID = re.compile(r"whatsapp:[A-Z]{2}\.[0-9A-Za-z]{1,128}")


class TwilioError(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def payload(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def check_new_message(fields: Mapping[str, str], *, numbers: Sequence[str]) -> None:
    """Raise the first objection that Twilio would have to these fields."""
    to, from_, body = fields.get("To", ""), fields.get("From", ""), fields.get("Body", "")
    if not to:
        raise TwilioError(400, 21604, "A 'To' phone number is required.")
    if not from_:
        raise TwilioError(400, 21603, "A 'From' phone number is required.")
    if content := fields.get("ContentSid"):
        if not re.fullmatch(r"HX[0-9a-f]{32}", content) or "\n" in json.loads(fields["ContentVariables"])["1"]:
            raise TwilioError(400, 21656, "The ContentVariables Parameter is invalid.")
    elif not body.strip():
        raise TwilioError(400, 21602, "Message body is required.")
    if not (_PHONE.fullmatch(to) or _USER_ID.fullmatch(to)):
        raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if numbers and from_ not in numbers:
        raise TwilioError(400, 63007, "Twilio could not find a Channel with the specified From address")
    if len(body.encode("utf-16-le")) // 2 > 1600:
        raise TwilioError(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
