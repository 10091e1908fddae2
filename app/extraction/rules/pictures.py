"""What a picture shows, nobody has said: a machine read it, and it may be a flyer. It proposes and settles nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.extraction.base import TranscriptMessage
from app.extraction.rules.offers import Option
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import When

#: How a message holds the description of a picture (docs/media.md); its caption stands on lines of its own.
_PICTURE = re.compile(r"^\[Image\].*", re.MULTILINE)


def without_pictures(text: str) -> str:
    """`text` with the descriptions blanked out, so that places in it stay where they are."""
    return _PICTURE.sub(lambda line: " " * len(line[0]), text) if "[Image]" in text else text


def is_pictured(quote: str, message: int, messages: Sequence[TranscriptMessage]) -> bool:
    """Whether the words stand only in the description of a picture."""
    text = messages[message].text
    return "[Image]" in text and bool(quote) and quote in text and quote not in without_pictures(text)


def moment_is_pictured(when: When, messages: Sequence[TranscriptMessage]) -> bool:
    """Whether day or hour stand only in a picture."""
    return any(slot and is_pictured(slot.quote, slot.message, messages) for slot in (when.date, when.time))


def said_in_words(talk: Talk, options: Sequence[Option]) -> None:
    """Who repeats in words what a picture showed has said it: from now on those words prove it."""
    for plan in talk.plans if options else ():
        for option in options if plan.live and moment_is_pictured(plan.draft, talk.messages) else ():
            said, shown = option.when, plan.draft
            if moment_is_pictured(said, talk.messages):
                continue
            date = said.date if said.date and shown.date and said.date.value == shown.date.value else shown.date
            time = said.time if said.time and shown.time and said.time.value == shown.time.value else shown.time
            plan.draft = replace(shown, date=date, time=time)
