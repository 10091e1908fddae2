"""Conversations written afresh, each set before the rules had seen it, by imagining who writes: hairdressers, garages,
vets, schools, landlords, plumbers … in Spain, Mexico, the Andes, the River Plate, Britain and the United States.

`fresh_chats.txt`: "=== name | zone", lines as in `chats.py`, and "> title | start | end | place" for what was settled.
They are measured as a whole, so that one can see what a change costs; what is still read wrongly stays among them.
"""

import re
from pathlib import Path

from app.extraction.matching import similarity
from app.extraction.rules import read_events
from app.models import EventDraft, EventStatus
from tests.extraction.chats import Chat
from tests.extraction.test_properties import stored_in_pieces


def load() -> list[Chat]:
    text = (Path(__file__).parent / "fresh_chats.txt").read_text(encoding="utf-8")
    chats = []
    for block in re.split(r"(?m)^=== ", text)[1:]:
        head, *lines = block.strip().splitlines()
        name, _, zone = (part.strip() for part in head.partition("|"))
        expected = tuple(line[1:].strip() for line in lines if line.startswith(">"))
        said = "\n".join(line for line in lines if not line.startswith(">"))
        chats.append(Chat(name, said, expected, zone or "America/Lima"))
    return chats


FRESH = load()


def confirmed(chat: Chat) -> list[EventDraft]:
    locale = "en" if "english" in chat.name else "es"
    found = [e for e in read_events(chat.transcript(locale)) if e.status is EventStatus.CONFIRMED]
    return sorted(found, key=lambda e: e.start)


def start(event: EventDraft) -> str:
    return event.start.strftime("%Y-%m-%d" if event.all_day else "%Y-%m-%dT%H:%M")


def test_dates_and_times_are_right_in_most_of_them():
    settled = [chat for chat in FRESH if chat.expected]
    wrong, titled = [], 0
    for chat in settled:
        expected = sorted((line.split(" | ") for line in chat.expected), key=lambda parts: parts[1])
        events = confirmed(chat)
        if [start(e) for e in events] != [parts[1] for parts in expected]:
            wrong.append(chat.name)
            continue
        titled += all(p[0] == "-" or similarity(e.title, p[0]) >= 0.3 for e, p in zip(events, expected, strict=True))
    assert len(wrong) <= 0.05 * len(settled), wrong
    assert titled >= 0.8 * len(settled)


def test_hardly_any_of_the_others_gives_an_event():
    others = [chat for chat in FRESH if not chat.expected]
    false = [chat.name for chat in others if confirmed(chat)]
    assert len(false) <= 0.02 * len(others), false


def test_reading_in_two_pieces_comes_to_the_same():
    """After a message in the middle: what is stored then and completed later is what one reading of all gives. Of every
    sixth: each is read three times."""
    for number, chat in enumerate(FRESH[::6]):
        transcript = chat.transcript()
        whole = [e for e in read_events(transcript) if e.status is EventStatus.CONFIRMED]
        cut = 1 + number % max(len(transcript.messages) - 1, 1)
        stored = [e for e in stored_in_pieces(transcript, [cut]) if e.status is EventStatus.CONFIRMED]
        expected = sorted((e.start, e.end or e.start) for e in whole)
        assert sorted((e.start, e.end or e.start) for e in stored) == expected, f"{chat.name}, cut after {cut}"
