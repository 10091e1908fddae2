"""Dialogues with an assistant that searches, books and keeps a calendar, without the read-back. All from Monday
2026-05-04, in Lima; what is expected is "title start place", of the
title its end."""

import pytest

from app.extraction.rules import read_events
from app.models import EventStatus
from tests.extraction.chats import Chat

FIND = "u: find me a trattoria in Lodi\nb: Osteria Lupo is a nice one in Lodi"
DIALOGUES = {
    "booked after a no to another question": (
        FIND
        + """
        u: book it on the 7th at 8 pm
        u: yes. do they have live music?
        b: No, they don't. Your table is booked
        """,
        ["Osteria Lupo 05-07T20:00 -"],
    ),
    "the customer's own no taken back": (
        FIND
        + """
        u: reserve for 2 on the 7th at 8 pm
        u: No, make it for 3 people
        u: Right
        b: The reservation was made
        """,
        ["Osteria Lupo 05-07T20:00 -"],
    ),
    "another hour instead of the one that failed": (
        FIND
        + """
        u: book it on the 7th at 8 pm
        u: yes
        b: Sorry, I couldn't book 8 pm. They have a table open on May 7th at 8:30 pm, shall I take that?
        u: sure
        b: Your booking was successful
        """,
        ["Osteria Lupo 05-07T20:30 -"],
    ),
    "tried again after it failed": (
        FIND
        + """
        u: book it on the 7th at 8 pm
        u: yes
        b: I was unable to book it
        u: how about the 8th, same time?
        u: right
        b: That went through, you are booked
        """,
        ["Osteria Lupo 05-08T20:00 -"],
    ),
    "given up after it failed": (
        FIND
        + """
        u: book it on the 7th at 8 pm
        u: yes
        b: There is no table at that time, sorry
        u: never mind then
        """,
        [],
    ),
    "a day alone where an hour was asked for": (
        """
        u: look for a flat in Lodi
        b: Fern Court has two rooms
        u: I'd like to see it
        b: What would be the best time?
        u: the 9th
        u: yes
        b: Your visit is scheduled
        """,
        ["Visit flat in Lodi, Fern Court 05-09T00:00 -"],
    ),
    "what was looked up is put in the calendar": (
        """
        u: find a concert in Reno
        b: The Larks play at Oak Hall. It starts at 8 pm on May 9th
        u: where's that?
        b: 12 Oak Street
        u: save it to my calendar, call it Night with Ada
        u: correct
        b: I have added the event
        """,
        ["Night with Ada 05-09T20:00 12 Oak Street"],
    ),
    "an entry after a colon": (
        """
        u: make an entry: Kiln firing at 8 Dock Lane at 9:30 am on the 7th
        b: is this good?
        u: yes
        b: done
        """,
        ["Kiln firing 05-07T09:30 8 Dock Lane"],
    ),
    "the place is no part of the title": (
        """
        u: add rehearsal at St. Bride's Hall on friday at 7 pm
        b: is this good?
        u: yes
        b: I've put that on your calendar
        """,
        ["Rehearsal 05-08T19:00 St. Bride's Hall"],
    ),
    "each of two has its own place": (
        """
        u: add a picnic on friday from 3 to 6 pm at our house and also a fitting on thursday at 9 am
        b: is this good?
        u: yes
        b: I've put that on your calendar
        """,
        ["Fitting 05-07T09:00 -", "Picnic 05-08T15:00 our house"],
    ),
    "what is deleted makes nothing": (
        """
        u: delete my 3 pm on friday
        b: is this the one to delete?
        u: yes
        b: I've deleted it from your calendar
        """,
        [],
    ),
}


@pytest.mark.parametrize("kind", DIALOGUES)
def test_what_an_assistant_booked(kind: str):
    lines, expected = DIALOGUES[kind]
    events = sorted(read_events(Chat(kind, lines).transcript("en")), key=lambda e: e.start)
    kept = [e for e in events if e.status is EventStatus.CONFIRMED]
    told = [f"{e.title} {e.start:%m-%dT%H:%M} {e.location or '-'}" for e in kept]
    assert len(told) == len(expected)
    assert all(told.endswith(wanted) for told, wanted in zip(told, expected, strict=True)), told
