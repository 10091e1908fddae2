"""What a language's table must hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto


class Line(StrEnum):
    """One thing that the offline model can say."""

    HELLO = auto()
    GREETING = auto()  # hello, and what it can do
    GREETING_FREE = auto()  # hello; yes, it is there
    HELP = auto()
    ASK_WHEN = auto()
    ASK_WHEN_AGAIN = auto()
    ASK_DAY = auto()  # the hour is known: {time}
    ASK_DAY_PLAIN = auto()
    ASK_TIME = auto()  # the day is known: {day}
    ASK_TIME_PART = auto()  # the day and a part of it are known: {day}, {part}
    ASK_TITLE = auto()  # {when}
    ASK_TITLE_PLAIN = auto()
    ASK_TITLE_FREE = auto()  # that moment is free; {when}
    ASK_CONFIRM = auto()  # {title}, {when}
    BOOKED = auto()  # {event}
    BOOKED_MANY = auto()  # {events}
    REVIEW = auto()  # the time is taken, a person decides; {event}
    MOVED = auto()  # {event}
    CANCELLED = auto()  # {event}
    CANCELLED_MANY = auto()  # {events}
    ALREADY = auto()  # {event}
    BUSY = auto()  # {when}
    BUSY_OWN = auto()  # {when}, {title}
    CLOSED = auto()  # {when}
    FREE_TIMES = auto()  # {day}, {times}
    FREE_TIMES_MORE = auto()  # and there are others
    FULL = auto()  # nothing is free then; {day}
    FREE_NEXT = auto()  # {days}
    NONE_FREE = auto()
    OFFER = auto()  # {times}
    ASK_OTHER = auto()  # another time
    MISMATCH = auto()  # {weekday}, {right}, {wrong}, {first}, {second}
    PAST = auto()  # {when}
    PAST_LATER = auto()  # twelve hours later it has not; {when}, {later}
    IMPOSSIBLE = auto()  # something like a date that is none
    SEVERAL = auto()
    SEVERAL_NAMED = auto()  # {whens}
    RECURRING = auto()
    ASK_WHICH_CANCEL = auto()  # {events}
    ASK_WHICH_MOVE = auto()
    ASK_NEW_TIME = auto()  # {event}
    ASK_MOVE = auto()  # is a move meant? {event}, {when}
    ASK_SURE_CANCEL = auto()  # shall this one really be cancelled? {event}
    ASK_THAT_CANCEL = auto()  # what they describe is not there, is it this one? {event}
    ASK_THAT_MOVE = auto()
    SORRY = auto()  # to anger
    PICK = auto()  # to "any time"
    OPENER = auto()  # to "can I ask something?"
    NO_EVENTS = auto()
    NONE_YET = auto()  # while one is being made
    LIST_ONE = auto()  # {event}
    LIST = auto()  # {events}
    PASS_ON = auto()  # a question about the business
    PASS_MESSAGE = auto()  # a message that is no matter of the calendar
    MEDIA = auto()
    THANKS = auto()
    CLOSING = auto()  # to an "ok"
    BYE = auto()
    FINE = auto()  # to a no
    TAKE_TIME = auto()  # to a perhaps
    HAND_OVER = auto()  # a person answers from now on
    UNCLEAR = auto()
    NOTHING_DONE = auto()  # in the place of an answer that claimed something
    ASK_NEED = auto()  # and after it
    HOLDING = auto()  # the model is down: the answer comes later


class Address(StrEnum):
    """How the customer is addressed."""

    TU = "tu"
    USTED = "usted"
    VOS = "vos"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One language.

    lines     what is said, with fields in braces
    forms     words that change with the address, by field
    address   words of the customer that show an address; the newest message with one decides, else `default`
    parts     parts of the day by their names in `app.temporal`
    phrases   of small talk, in the notation of `extraction.rules.words`
    kin       those for whom one comes along, `belongs` and `comes` what stands before ("para mi", "y mi"); `mine` and
              `theirs` without them
    verbal_nouns  that look like a verb of moving: "oil change"
    another   one more, and `no_other` what only sounds like it: another day is a move, "otra vez" nothing
    correcting  words that put one subject, or moment, in the place of another, by their part in the sentence
              (`renaming.py`, `misspoken.py`)
    on        how a day begins in a sentence ("el ", "")
    """

    lines: Mapping[Line, str]
    forms: Mapping[Address, Mapping[str, str]]
    address: Mapping[Address, str]
    default: Address
    parts: Mapping[str, str]
    phrases: Mapping[str, str]
    correcting: Mapping[str, str]
    kin: str
    belongs: str
    comes: str
    verbal_nouns: str
    mine: str
    theirs: str
    another: str
    no_other: str
    place: str
    on: str
