"""What is remembered of a conversation while it is read: messages, plans, open questions, what was looked up."""

import datetime as dt
from dataclasses import dataclass, field

from app.extraction.base import TranscriptMessage
from app.extraction.rules.acts import Act
from app.extraction.rules.plan import Candidate, Plan
from app.extraction.rules.reading import Reading
from app.extraction.rules.when import Slot, When
from app.extraction.rules.words import Hit
from app.models import Role


def other_side(role: Role) -> Role:
    return Role.BOT if role is Role.USER else Role.USER


@dataclass(slots=True, kw_only=True)
class Talk:
    """The state of a conversation.

    plans, focus       the appointments in it, and the one being talked about
    asked              what each side was asked last (acts `ASK_…`); `place_wanted` outlives other talk
    looking_up         the customer asks about a calendar or opening hours: what is answered proposes nothing
    searching          an assistant searches for the customer: only a booking settles
    anew               another appointment was wished for; the next moment belongs to it
    context            the moment named last without being proposed
    said_subjects      possible titles that belong to no plan yet
    now_said           those of the message being read
    address            the last address; `address_known` when it is the business's own or was asked for
    which              the appointments that the business asked to choose from, which to call off
    count              how many appointments are meant at once ("dos sesiones")
    length             how long it takes, said before any appointment was named ("duran hora y media")
    lang, spoken       the language of most words, and how many words of each
    """

    lang: str
    plans: list[Plan] = field(default_factory=list)
    focus: Plan | None = None
    messages: list[TranscriptMessage] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    asked: dict[Role, set[Act]] = field(default_factory=lambda: {Role.USER: set(), Role.BOT: set()})
    place_wanted: Role | None = None
    looking_up: bool = False
    searching: bool = False
    anew: bool = False
    context: When = field(default_factory=When)
    said_subjects: list[Candidate] = field(default_factory=list)
    now_said: list[Candidate] = field(default_factory=list)
    address: Slot[str] | None = None
    address_known: bool = False
    cancelled_at: int = -9
    which: list[Plan | None] = field(default_factory=list)
    last_cancelled: Plan | None = None
    count: int = 1
    length: Slot[dt.timedelta] | None = None
    spoken: dict[str, int] = field(default_factory=dict)

    @property
    def live(self) -> list[Plan]:
        return [plan for plan in self.plans if plan.live]

    @property
    def current(self) -> Plan | None:
        """The plan being talked about, if it still stands."""
        return self.focus if self.focus and self.focus.live else None

    def last_hits(self, role: Role) -> list[Hit[Act]]:
        """What that side's last messages in a row did, before the message being read."""
        hits: list[Hit[Act]] = []
        for message, reading in zip(reversed(self.messages[:-1]), reversed(self.readings[:-1]), strict=True):
            if message.role is not role:
                break
            hits += reading.hits
        return hits
