"""Is a further moment one more appointment, or what follows of the same?"""

from itertools import pairwise

from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Candidate, Plan
from app.extraction.rules.reading import Reading
from app.extraction.rules.talk import Talk
from app.extraction.rules.words import names
from app.models import Role

_SHORT = 3
_WORDY = 3


def adds(reading: Reading, option: Option, *, about: Plan | None = None, before: int = 0, told: bool = False) -> bool:
    """ "Y la firma sería el lunes": the sentence begins with "and"; with `about`: and names a thing before the moment
    that is not what that plan was about (`before` the message of this index). What the business tells may begin with
    the thing ("las fotos se recogen …").
    """
    lexicon = reading.lexicon
    for segment in reading.segments:
        if segment.sentence == option.sentence:
            plain = [w for w in reading.words[segment.first :] if not w.is_mark and w.start < option.start]
            things = lexicon.services_words - lexicon.generic_words
            opening = lexicon.also_words | (lexicon.determined_words | things if told and about else frozenset())
            if not plain or plain[0].text not in opening or option.when.date is None:
                return False
            named = [w.text for w in plain[1:] if len(w.text) > _SHORT and w.text not in lexicon.known]
            named += [w.text for w in plain if w.text in things]
            return about is None or bool(set(named) - about.main_words(before))
    return False


def another(reading: Reading) -> bool:
    """ "Y otra cita para corte": besides the one that is settled, whatever title both share."""
    return reading.has(Act.MORE, Act.ANEW) and not reading.has(Act.MOVE, Act.CANNOT, Act.UNAVAILABLE, Act.CANCEL)


def requests_another_day(reading: Reading, option: Option, settled: Plan) -> bool:
    """ "Agenda taller el 29 a las 9", when one on the 8th is booked: said as anew, and with no word of a move."""
    if not option.when.complete or not reading.has(Act.REQUEST) or reading.has(Act.MOVE, Act.CANNOT, Act.CANCEL):
        return False
    return settled.agreed is not None and not settled.agreed.overlaps(option.when) and option.joined == ""


def fetches(talk: Talk, reading: Reading, option: Option, left: Plan) -> bool:
    """ "El viernes a las 13 los puedes recoger", of what is brought on Tuesday: one more, on its own day."""
    if Act.FETCH not in reading.acts or not option.when.complete or reading.has(Act.MOVE, Act.CANNOT):
        return False
    day, said = left.known.date, option.when.date
    later = day is not None and said is not None and said.value > day.value
    return later and not any(Act.FETCH in r.acts for r in talk.readings[max(left.began - 1, 0) : -1])


def asks_when_fetched(reading: Reading, option: Option, left: Plan) -> bool:
    """ "¿Y lo retirás el domingo a qué hora?", of what is brought on Friday at eight."""
    if not option.asks or Act.FETCH not in reading.acts or reading.has(Act.MOVE, Act.CANNOT) or option.when.time:
        return False
    day, said = left.known.date, option.when.date
    return left.known.complete and day is not None and said is not None and said.value > day.value


def only_another_hour(talk: Talk, option: Option) -> bool:
    """ "Could we have it from half past one?": an hour alone, and no thing with it, is of what was just arranged."""
    return option.when.date is None and option.when.part is None and not talk.now_said and not talk.searching


def says_the_hour_again(option: Option, known: Plan) -> bool:
    """ "Put it on as an 11 am event": the very hour of what was booked, and no day."""
    said, agreed = option.when.time, known.agreed.time if known.agreed else None
    return option.when.date is None and said is not None and agreed is not None and said.value == agreed.value


def is_another_thing(talk: Talk, options: list[Option], labels: list[Candidate | None]) -> bool:
    """ "El jueves a las 10 y láser a las 11:15", when that was one of the things asked for."""
    plan = talk.current
    titles = [
        names(c.text) for c in (plan.titles if plan else talk.said_subjects) if c.message < len(talk.messages) - 1
    ]
    for option, label in zip(options[1:], labels[1:], strict=True):
        said = names(label.text) if label else set()
        asked = any(said & title for title in titles) and any(not said & title for title in titles)
        if asked and option.joined == "also" and option.when.time and labels[0] is None:
            return True
    return False


def part_titles(plans: list[Plan]) -> None:
    """What another one of them is called by is no title of the one that nothing was put before."""
    called = {word for p in plans if p.label for word in names(p.label.text)}
    for plan in plans:
        rest = [c for c in plan.titles if not names(c.text) & called]
        if plan.label is None and rest:
            plan.titles = rest


def same_again(talk: Talk, option: Option) -> bool:
    """ "Y el 29 también": a day alone, and no other thing with it, is for the same at the same hour."""
    when = option.when
    return when.date is not None and when.time is None and when.part is None and not talk.now_said


def counters(plan: Plan | None, options: list[Option], reading: Reading, other: Role) -> bool:
    """ "¿Hoy?" … "uy, hoy toy molido, ¿mañana?": the day that the other side proposed is told of, another one asked."""
    if plan is None or plan.by is not other or len(options) != 2 or reading.has(Act.ACCEPT):
        return False
    told, asked = options
    if told.when.complete and plan.draft.complete and plan.draft.fits(told.when):  # "viernes 10 tengo cirugía, ¿11:15?"
        return asked.asks and not told.asks and asked.joined == "" and not asked.when.overlaps(told.when)
    if reading.has(Act.OFFER, Act.ASK_FREE):
        return False
    proposed, said = plan.known.date, told.when.date
    same = said is not None and proposed is not None and said.value == proposed.value
    return same and told.when.time is None and asked.asks and not told.asks and asked.joined == ""


def reasons(plan: Plan | None, options: list[Option], reading: Reading, other: Role) -> bool:
    """ "¿A las 9?" … "9:30, a las 9 tengo otra": the hour asked for comes second, with why it cannot be."""
    if plan is None or plan.by is not other or len(options) != 2 or reading.has(Act.ACCEPT) or options[1].joined:
        return False
    named, told = options[0].when.time, options[1].when.time
    asked = plan.draft.time
    return bool(named and told and asked and told.value == asked.value != named.value and not reading.asks)


def each_its_own(options: list[Option], reading: Reading) -> bool:
    """ "Primera prueba el 14 a las 18 y te lo entrego el 21 a las 18": told one after the other, none for choosing."""
    if reading.asks or reading.has(Act.OFFER, Act.ASK_FREE, Act.HEDGE, Act.CANNOT, Act.REFUSE):
        return False
    between = [reading.folded[a.end : b.start].split() for a, b in pairwise(options)]
    return all(o.when.complete for o in options) and all(len(words) >= _WORDY for words in between)


def then_fetched(options: list[Option], reading: Reading) -> bool:
    """ "Traela a las 8:30 con ayuno y la retirás a las 17": what follows on the day is no alternative."""
    days = {o.when.date.value for o in options if o.when.date}
    return (
        len(days) <= 1
        and not reading.asks
        and not reading.has(Act.OFFER, Act.ASK_FREE)
        and all(o.when.time and o.joined == "also" for o in options[1:])
        and all(len(reading.folded[a.end : b.start].split()) >= 3 for a, b in pairwise(options))
        and bool(options[0].when.time)
    )
