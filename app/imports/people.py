"""Who of a chat's authors is the business, and what the customer's number is. Guessed only where it is certain."""

import re
from collections.abc import Collection

from app.errors import InvalidRequest
from app.imports.content import deleted_by_author
from app.imports.questions import WhichContact, WhoIsBusiness
from app.imports.values import Chat

_PHONE = re.compile(r"(?:whatsapp:)?\+[\d\s().\-\u2010-\u2015]{7,30}", re.IGNORECASE)


def phone(text: str) -> str | None:
    """`text` as +digits when it is a number with a country code, else None."""
    if not _PHONE.fullmatch(text.strip()):
        return None
    digits = re.sub(r"\D", "", text)
    return f"+{digits}" if 7 <= len(digits) <= 15 and digits[0] != "0" else None


def find_business(
    chat: Chat, *, me: str | None, contact_names: Collection[str] = (), own_names: Collection[str] = ()
) -> str | None:
    """The author that is the business; None when it wrote nothing.

    `contact_names` are names and numbers of the customer (of the file, of the store), `own_names` those of the tenant.
    Raises `WhoIsBusiness` where nothing tells, `InvalidRequest` when `me` is nobody in the chat.
    """
    authors = tuple(chat.authors)
    if me is not None:
        found = [author for author in authors if _same(author, me)]
        if not found and len(authors) > 1 and not chat.is_group:
            raise InvalidRequest(f"{me} wrote nothing in this chat; who wrote: {', '.join(authors)}")
        return found[0] if found else None
    if chat.is_group:
        raise WhoIsBusiness(authors)
    # Only the exporting phone's owner can have deleted a message "you deleted"; the contact's name is the other's.
    certain = {entry.author for entry in chat.messages if deleted_by_author(entry.content)}
    certain |= {author for author in authors if any(_same(author, name) for name in own_names)}
    customers = {author for author in authors if any(_same(author, name) for name in contact_names)}
    if len(authors) == 2 and len(customers) == 1:
        certain |= set(authors) - customers
    if len(certain) == 1 and not certain & customers:
        return certain.pop()
    if len(authors) == 1 and customers and not certain:
        return None
    raise WhoIsBusiness(authors)


def find_number(chat: Chat, *, business: str | None, named: str | None) -> str:
    """The customer's number where the file tells it: in its name, or as the customer's own name in it.

    Raises `WhichContact`.
    """
    customers = [author for author in chat.authors if author != business]
    numbers = {number for name in (named, *customers) if name and (number := phone(name))}
    if len(numbers) == 1 and not chat.is_group:
        return numbers.pop()
    raise WhichContact(named or (customers[0] if len(customers) == 1 else None))


def _same(author: str, name: str) -> bool:
    number = phone(author)
    if number is not None:
        return number == phone(name)
    return " ".join(author.split()).casefold() == " ".join(name.split()).removeprefix("~").strip().casefold()
