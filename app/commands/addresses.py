"""Phone numbers as people write them → addresses as the providers know them."""

import re

from app.errors import InvalidRequest


def e164(number: str) -> str:
    """`+51999888777`; raises `InvalidRequest` for what cannot be a phone number, saying why."""
    import phonenumbers

    text = re.sub(r"[\s().-]", "", number.strip().removeprefix("whatsapp:"))
    if not text.startswith("+"):
        raise InvalidRequest(f"{number}: write the number with + and the country code, for example +51999888777")
    try:
        parsed = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        known = error.error_type != phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        what = "is no phone number" if known else "does not begin with a known country code"
        raise InvalidRequest(f"{number} {what}") from None
    problem = phonenumbers.is_possible_number_with_reason(parsed)
    if problem not in (phonenumbers.ValidationResult.IS_POSSIBLE, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        words = {
            phonenumbers.ValidationResult.TOO_SHORT: "too short for its country",
            phonenumbers.ValidationResult.TOO_LONG: "too long for its country",
            phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "without a known country code",
        }
        raise InvalidRequest(f"{number} is {words.get(problem, 'of no length that its country has')}")
    return text


def whatsapp_address(number: str) -> str:
    """`whatsapp:+51999888777`, as Twilio writes it."""
    return f"whatsapp:{e164(number)}"
