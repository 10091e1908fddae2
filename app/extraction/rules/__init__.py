"""The rules extractor: reads a whole conversation and gives its events with proof. Documented in docs/extraction.md."""

import asyncio

from app.extraction.base import Extraction, Transcript
from app.extraction.rules.dialogue import follow
from app.extraction.rules.result import draft_of, merged, wish_of
from app.extraction.rules.understand import Understanding, understand
from app.models import EventDraft

_SHORT = 2_000  # characters: thirty messages or so


def read_events(transcript: Transcript) -> tuple[EventDraft, ...]:
    """All events of a conversation: confirmed, proposed and cancelled, in the order they came up."""
    talk = follow(transcript.messages, transcript.locale)
    drafts = [
        make(plan, talk.messages, transcript.time_zone, talk.lang)
        for plan in merged(talk.plans)
        for make in (draft_of, wish_of)
    ]
    return tuple(draft for draft in drafts if draft is not None)


class RulesExtractor:
    """`Extractor` without a model: tables of words, a grammar of dates, and a dialogue state."""

    name = "rules"

    async def extract(self, transcript: Transcript) -> Extraction:
        # A conversation of thousands of messages takes seconds, and webhooks are acknowledged meanwhile. A short one is
        # read in some milliseconds, to which a thread would add a fifth.
        short = sum(len(message.text) for message in transcript.messages) <= _SHORT
        events = read_events(transcript) if short else await asyncio.to_thread(read_events, transcript)
        return Extraction(events=events, extractor=self.name)


__all__ = ["RulesExtractor", "Understanding", "read_events", "understand"]
