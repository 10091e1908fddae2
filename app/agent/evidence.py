"""Which messages of a turn prove what an event is."""

import re
import unicodedata
from collections.abc import Sequence

from app.models import Evidence, Message, Role

# Words that prove nothing: every appointment has them.
_ES = "el la los las un una unos unas de del en con para por a al y o mi su tu"
_EN = "the a an of in with for and or my your at to on"
_EMPTY = frozenset(f"{_ES} {_EN}".split())


def fold(text: str) -> str:
    """For comparing words: no case, no accents, single blanks, no punctuation but what times need."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w(?:[\w:./-]*\w)?", plain))


def contains(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text` in this order, as whole words."""
    words = fold(phrase)
    return bool(words) and f" {words} " in f" {fold(text)} "


def quoted(text: str, phrase: str) -> str | None:
    """The words of `phrase` as they stand in `text`, else None."""
    wanted = fold(phrase).split()
    found = [(fold(m.group()), m.start(), m.end()) for m in re.finditer(r"\w(?:[\w:./-]*\w)?", text)]
    for n in range(len(found) - len(wanted) + 1 if wanted else 0):
        if [word for word, _, _ in found[n : n + len(wanted)]] == wanted:
            return text[found[n][1] : found[n + len(wanted) - 1][2]]
    return None


def spoken_of(words: str, messages: Sequence[Message], slot: str) -> Evidence | None:
    """The message that gave a title or a place: the newest with these words, the customer's before the business's;
    else the one that has most of them. None when nobody said any."""
    newest = [*_by(messages, Role.USER), *_by(messages, Role.BOT)]
    for message in newest:
        if quote := quoted(message.body, words):
            return Evidence(message_id=message.id, slot=slot, quote=quote)
    wanted = set(fold(words).split()) - _EMPTY
    if not wanted:
        return None
    shares = [(_share(wanted, message.body), message) for message in newest]
    best = max(shares, key=lambda pair: pair[0], default=None)
    if best is None or best[0] == 0:
        return None
    return Evidence(message_id=best[1].id, slot=slot, quote=best[1].body[:200])


def newest_of_customer(messages: Sequence[Message]) -> Message | None:
    return next(iter(_by(messages, Role.USER)), None)


def _by(messages: Sequence[Message], role: Role) -> list[Message]:
    return [m for m in reversed(messages) if m.role is role]


def _share(wanted: set[str], body: str) -> float:
    """How many of the words the message has; "citas" and "cita", "agendo" and "agenda" are one word."""
    said = {_stem(word) for word in fold(body).split()}
    return sum(_stem(word) in said for word in wanted) / len(wanted)


def _stem(word: str) -> str:
    return word[: max(4, len(word) - 2)]
