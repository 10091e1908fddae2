"""Which of the languages we speak a customer writes in."""

import re
from collections.abc import Iterable
from typing import cast

from app.agent.turn import Turn
from app.agent.wording import Lang
from app.extraction.rules.lang import LEXICONS
from app.extraction.rules.reading import language_of as likelier
from app.extraction.rules.words import fold
from app.models import Role


def language_of(turn: Turn) -> Lang:
    """The language of the newest message that shows one; of the tenant's locale when none does."""
    customer = (m.body for m in reversed(turn.messages) if m.role is Role.USER)
    return detect(customer) or ("en" if turn.tenant.locale.lower().startswith("en") else "es")


def shown_by(text: str) -> Lang | None:
    """The language that a text shows plainly."""
    words = _words(text)
    lang = _likelier(words)
    return lang if lang and _plain(words, lang) else None


def detect(texts: Iterable[str]) -> Lang | None:
    """The language of the first text that shows one plainly; else of the first that hints at one ("thx", "plan
    anual"); None when no text does."""
    hint: Lang | None = None
    for text in texts:
        words = _words(text)
        lang = _likelier(words)
        if lang and _plain(words, lang):
            return lang
        hint = hint or lang
    return hint


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?¿¡()\"'") for word in _YA.sub("you", fold(text)).split()]


_YA = re.compile(r"(?<=\bsee )ya\b|(?<=\bthank )ya\b|(?<=\bgot )ya\b")  # which is also Spanish


def _likelier(words: list[str]) -> Lang | None:
    first, second = likelier(words, "es"), likelier(words, "en")
    return cast("Lang", first) if first == second else None  # it does not hang on what a tie falls back to


def _plain(words: list[str], lang: Lang) -> bool:
    """Whether they have one of its frequent words, or enough of the rarer ones to be no loan."""
    lexicon = LEXICONS[lang]
    return any(w in lexicon.common_words for w in words) or sum(w in lexicon.known for w in words) > _LOANS


_LOANS = 2  # words that a line in another language may share with it: titles, thanks
