"""Which of the languages we speak a customer writes in."""

from collections.abc import Iterable
from typing import cast

from app.agent.turn import Turn
from app.agent.wording import Lang
from app.extraction.rules.reading import language_of as likelier
from app.extraction.rules.words import fold
from app.models import Role


def language_of(turn: Turn) -> Lang:
    """The language of the newest message that shows one; of the tenant's locale when none does."""
    customer = (m.body for m in reversed(turn.messages) if m.role is Role.USER)
    return detect(customer) or ("en" if turn.tenant.locale.lower().startswith("en") else "es")


def detect(texts: Iterable[str]) -> Lang | None:
    """The language of the first text that shows one; None when no text does."""
    for text in texts:
        words = [word.strip(".,;:!?¿¡()\"'") for word in fold(text).split()]
        first, second = likelier(words, "es"), likelier(words, "en")
        if first == second:  # it does not hang on what a tie falls back to
            return cast("Lang", first)
    return None
