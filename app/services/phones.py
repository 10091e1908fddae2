"""One contact, several spellings of its number.

Mexico, Argentina and Brazil changed how mobile numbers are written, and WhatsApp keeps some accounts under the old
form: +52 1 …, +54 9 …, and eight digits where Brazil has nine. Which form an account has cannot be told from the
number, so the forms are matched and the number as it came is kept.
"""

import re
from urllib.parse import unquote

import phonenumbers

from app.errors import InvalidRequest

_MEXICO, _ARGENTINA, _BRAZIL = 52, 54, 55


def phone_digits(given: str) -> str:
    """The digits of `+51 999…`, `51999…`, `whatsapp:+51999…`, URL-encoded or not. Raises `InvalidRequest`."""
    text = unquote(given).strip().removeprefix("whatsapp:").partition("@")[0].strip()
    if not re.fullmatch(r"\+?[0-9][0-9\s().-]{4,24}", text):
        raise InvalidRequest("The phone number should be digits with the country code, such as +51999999999")
    digits = re.sub(r"[^0-9]", "", text)
    if not 6 <= len(digits) <= 15:
        raise InvalidRequest("The phone number should have 6 to 15 digits with the country code")
    return digits


def phone_variants(digits: str) -> list[str]:
    """All forms (digits alone) under which this contact may be known; the given one first."""
    found = [digits]
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return found
    code, national = number.country_code, digits.removeprefix(str(number.country_code or ""))
    if code == _MEXICO:
        found += [f"52{national[1:]}"] if len(national) == 11 and national[0] == "1" else []
        found += [f"521{national}"] if len(national) == 10 else []
    elif code == _ARGENTINA:
        found += [f"54{national[1:]}"] if len(national) == 11 and national[0] == "9" else []
        found += [f"549{national}"] if len(national) == 10 else []
    elif code == _BRAZIL:
        area, local = national[:2], national[2:]
        # A ninth digit belongs to mobiles alone: an eight-digit number that begins with 2 to 5 is a landline.
        found += [f"55{area}{local[1:]}"] if len(local) == 9 and local[0] == "9" else []
        found += [f"55{area}9{local}"] if len(local) == 8 and local[0] in "6789" else []
    return found
