"""The moments of a message into the slots of a wish, and whether it begins one."""

import datetime as dt
from dataclasses import replace

from app.agent.evidence import fold
from app.agent.listening.bare_days import number_of
from app.agent.listening.naming import STARTS
from app.agent.listening.wish import Wish
from app.agent.phrases import Problem
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.subjects import label_before, subjects
from app.extraction.rules.when import Slot, When

_FAR, _WEEK = dt.timedelta(days=300), dt.timedelta(weeks=1)
_THIS = frozenset({"este", "esta", "this", "hoy", "today"})
_OTHER = frozenset({"otro"})
_CORRECTS = frozenset({Act.MOVE, Act.REFUSE, Act.CANNOT})


def fill(wish: Wish, reading: Reading, options: list[Option]) -> None:
    """The moments that a message proposes, refuses or hints at."""
    _fill(wish, reading, options)
    if reading.acts & STARTS and any(m.when.recurring and m.use is not Use.NOISE for m in reading.mentions):
        wish.problem = Problem.RECURRING


def _fill(wish: Wish, reading: Reading, options: list[Option]) -> None:
    for mention in reading.mentions:
        when = mention.when
        if mention.use is Use.REFUSE and wish.when.date and when.date == wish.when.date.value:
            wish.when = When() if when.time else When(time=wish.when.time, end=wish.when.end, length=wish.when.length)
        if mention.use is Use.REFUSE and when.date and len(wish.options) > 1:
            left = [o for o in wish.options if o.date is None or o.date.value != when.date]
            if len(left) == 1:
                wish.propose(left[0])  # "el jueves no puedo", asked whether on Thursday or Friday
        if mention.use is Use.BOUND and when.date:
            wish.propose(When(date=Slot(when.date, 0, when.text)))
    options = [o for o in options if not o.when.recurring]
    if not options:
        return
    asked = [w.filled(o) for w in (x.when for x in options) for o in wish.options if o.overlaps(w)]
    if len(asked) == 1:
        wish.propose(asked[0])
        return
    picked = _picked(reading, options)
    if picked is None:
        wish.options = tuple(o.when for o in options)
        return
    wish.propose(picked.when)
    _doubt(wish, picked, reading)
    e = next(
        (m.when for m in reading.mentions if m.when.weekday_conflict and picked.start <= m.start < picked.end), None
    )
    if picked.when.conflict and e:
        # Where the date agrees with the weekday only far away, the near date is the one that was meant.
        near = e.other_dates[0] if e.other_dates and e.date and e.date.weekday() == e.weekday else e.date
        wish.problem, wish.day, wish.weekday = Problem.MISMATCH, near, e.weekday


def _doubt(wish: Wish, picked: Option, reading: Reading) -> None:
    """A date of a day ago is not next year's unless the year is said, and "el otro martes" is this or the next."""
    mention = next((m for m in reading.mentions if m.start == picked.start), None)
    if mention is None or not picked.when.date:
        return
    day, today = picked.when.date.value, mention.when.reference.date()
    if mention.when.anchor == "calendar" and number_of(mention.when):
        for other in mention.when.other_dates:
            wish.options = (wish.when, replace(wish.when, date=replace(picked.when.date, value=other)))
        return
    if day - today > _FAR and str(day.year) not in reading.text:
        wish.problem, wish.day = (
            Problem.PAST,
            day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else day,
        )
    before = [w.text for w in reading.words if w.end <= mention.start][-1:]
    text = fold(mention.when.text).split()[:2]
    before = [] if text[:1] == ["el"] else before  # "otro el martes" is another one
    if mention.when.weekday is not None and day - today < _WEEK and _OTHER & {*before, *text}:
        later = replace(picked.when.date, value=day + _WEEK)
        wish.options = (wish.when, replace(wish.when, date=later))


def several(reading: Reading, options: list[Option]) -> list[Wish]:
    """Two appointments in one message: each day has a name of its own. Empty when it is one."""
    dated = [o for o in options if o.when.date]
    if len(dated) < 2 or any(o.joined == "either" for o in options):
        return []
    floor, wishes = 0, list[Wish]()
    for option in dated:
        span = label_before(reading, option.start, floor)
        floor = option.end
        if span is None:
            return []
        wishes.append(Wish(when=option.when, title=reading.text[span[0] : span[1]], title_weight=1.0))
    return wishes if len({(w.title or "").casefold() for w in wishes}) == len(wishes) else []


def together(reading: Reading, options: list[Option], waiting: Wish | None) -> list[Wish]:
    """The same on several days: "dos clases, miércoles y viernes a las 8", or "las dos" when asked which."""
    whens = [o.when for o in options]
    if waiting and waiting.options and not options and Act.BOTH in reading.acts:
        whens = list(waiting.options)
    elif not reading.acts & {Act.REQUEST, Act.WANT, Act.BOTH} or any(o.joined != "also" for o in options[1:]):
        return []
    counted = any(h.tag == len(whens) for h in reading.lexicon.counting.find(reading.words))
    if len({w.date.value for w in whens if w.date}) < 2 and not (counted and all(w.complete for w in whens)):
        return []
    title, generic = (waiting.title, waiting.generic) if waiting else (None, None)
    return [Wish(when=w, title=title, generic=generic, shared=True) for w in whens]


def begins(reading: Reading, options: list[Option], small: set[str]) -> bool:
    """Whether it asks for an appointment: "¿tienen estacionamiento?" asks for something else."""
    if reading.acts & {Act.REQUEST, Act.WANT}:
        return True
    nouns = reading.lexicon.generic_words | reading.lexicon.desk_words
    words = {w.text.removesuffix("s") for w in reading.words} | {w.text for w in reading.words}
    return Act.ASK_FREE in reading.acts and bool(options or small & {"free", "any"} or words & nouns)


def begins_at_all(reading: Reading) -> bool:
    """Of a question in the form of a wish ("quería saber si …"): whether it is about an appointment."""
    words = {w.text.removesuffix("s") for w in reading.words} | {w.text for w in reading.words}
    nouns = reading.lexicon.generic_words | reading.lexicon.desk_words
    return bool(reading.acts & {Act.REQUEST, Act.ASK_FREE} or words & nouns)


def speaks_of_one(reading: Reading, small: set[str]) -> bool:
    """Whether a message without a moment begins a wish: "quiero una cita", "corte de pelo"."""
    if reading.acts & {Act.REQUEST, Act.WANT}:
        return True
    if reading.asks and Act.ASK_FREE not in reading.acts:
        return False
    if Act.SEE_YOU in reading.acts and reading.is_short:
        return False
    if "thanks" in small or reading.acts & {Act.PAST, Act.REFUSE, Act.OTHERS, Act.DROP_IN, Act.ADVERT}:
        return False
    return any(c.weight >= 2 for c in subjects(reading, 0, answering=False))


def _picked(reading: Reading, options: list[Option]) -> Option | None:
    """The one moment that is meant: the last, when the customer corrects; none, when the choice is left open."""
    moments = {(o.when.date and o.when.date.value, o.when.time and o.when.time.value) for o in options}
    if len(moments) == 1:
        return options[0]
    dates, times = [o for o in options if not o.when.time], [o for o in options if not o.when.date]
    if len(options) == 2 and len(dates) == len(times) == 1 and dates[0].when.date and times[0].when.time:
        return replace(dates[0], when=times[0].when.filled(dates[0].when))  # "el sábado 1730"
    if any(o.joined for o in options) and not reading.acts & _CORRECTS:
        return None
    return options[-1]


def as_offered(options: list[Option], reading: Reading, offers: list[When]) -> list[Option]:
    """ "El martes a las 9", said to an offer of Tuesday week, is that Tuesday, and not the next to come."""
    days = {o.date.value for o in offers if o.date}
    return [_as_offered(o, reading, days) for o in options]


def _as_offered(option: Option, reading: Reading, days: set[dt.date]) -> Option:
    slot = option.when.date
    if slot is None or slot.value in days:
        return option
    mention = next((m.when for m in reading.mentions if m.start == option.start), None)
    words = set(fold(slot.quote or "").split())
    if mention is None or mention.weekday is None or words & _THIS or str(slot.value.day) in words:
        return option
    same = sorted(day for day in days if day.weekday() == slot.value.weekday() and day > slot.value)
    return replace(option, when=replace(option.when, date=replace(slot, value=same[0]))) if same else option


def acts_at(option: Option, reading: Reading) -> set[Act]:
    """What is done with words in the stretch in which the moment stands."""
    return next((s.acts for s in reading.segments if s.start <= option.start < s.end), set())


def without(options: list[When], refused: dt.time | None) -> list[When]:
    """What is offered in place of a refused hour: only moments with another hour."""
    return [o for o in options if o.time and o.time.value != refused]
