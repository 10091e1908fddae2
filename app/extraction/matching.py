"""Which known event a draft is, and what a new one is called."""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from uuid import UUID, uuid5

from app.extraction.base import KnownEvent
from app.models import EventDraft, EventStatus, Evidence

_WORD = re.compile(r"[a-z0-9]+")
#: Titles that say nothing: a better one may replace them.
BLANK = frozenset({"", "cita", "appointment", "evento", "event"})
_SMALL = frozenset("de del la el los las un una para con a al en y the a an of for to with and at".split())


def event_ids(drafts: Iterable[EventDraft], conversation: UUID) -> list[UUID]:
    """The id that each event gets when it is new: from the conversation and the words that founded it, so that a
    repeated run names it alike. Several founded by the same words are counted."""
    seen: dict[str, int] = {}
    ids = []
    for draft in drafts:
        found = founding(draft)
        name = (
            f"{found.message_id}/{' '.join(_words(found.quote or ''))}"
            if found
            else f"{draft.title}/{draft.start.isoformat()}"
        )
        seen[name] = seen.get(name, 0) + 1
        ids.append(uuid5(conversation, name if seen[name] == 1 else f"{name}/{seen[name]}"))
    return ids


def founding(draft: EventDraft) -> Evidence | None:
    for slot in ("began", "date", "time"):
        for evidence in draft.evidence:
            if evidence.slot == slot:
                return evidence
    return draft.evidence[0] if draft.evidence else None


def match(
    drafts: Sequence[EventDraft], identities: Sequence[UUID], known: Sequence[KnownEvent], *, but: Container[int]
) -> dict[int, KnownEvent]:
    """The known event of each draft, `but` of some: best pairs first, each event once."""
    pairs = sorted(
        (
            (score, -index, -place)
            for index, draft in enumerate(drafts)
            if index not in but
            for place, event in enumerate(known)
            if (score := _likeness(draft, identities[index], event)) > 0
        ),
        reverse=True,
    )
    found: dict[int, KnownEvent] = {}
    used = set()
    for _, index, place in pairs:
        if -index not in found and -place not in used:
            found[-index] = known[-place]
            used.add(-place)
    return found


def _likeness(draft: EventDraft, identity: UUID, event: KnownEvent) -> float:
    """How surely both are one event; 0 when they are not."""
    if draft.event_id is not None:
        return 1000.0 if draft.event_id == event.id else 0.0
    gone = event.status is EventStatus.CANCELLED and draft.status is not EventStatus.CANCELLED
    if identity == event.id and not gone:
        return 500.0
    if (
        event.status is EventStatus.CANCELLED
        and draft.status is not EventStatus.CANCELLED
        and draft.start != event.start
    ):
        return 0.0  # what was called off and is wished for again at another time is a new event
    mine = {e.message_id for e in draft.evidence}
    shared = len(mine & {e.message_id for e in event.evidence})
    same_start = draft.start == event.start
    same_day = draft.start.date() == event.start.astimezone(draft.start.tzinfo).date()
    alike = similarity(draft.title, event.title)
    blank = draft.title.lower() in BLANK or event.title.lower() in BLANK
    cancelled = (draft.status is EventStatus.CANCELLED) == (event.status is EventStatus.CANCELLED)
    score = 10.0 * shared + 20 * same_start + 5 * same_day + 8 * alike + cancelled
    # Of those at that time (one called off and booked again, a proposal overtaken): the living one, or the dead.
    score += 200 * (same_start and cancelled)
    if same_start and (shared or alike or blank):
        return 100 + score
    if shared and (alike >= 0.3 or blank or same_day):
        return 50 + score
    return score if alike >= 0.6 and same_day else 0.0


def similarity(a: str, b: str) -> float:
    """0..1: how much of the words of two titles is common."""
    first, second = (set(_words(t)) - _SMALL or set(_words(t)) for t in (a, b))
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode())
