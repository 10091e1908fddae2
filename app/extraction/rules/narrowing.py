"""Which of several moments in a message are left out: the one a move leaves, the rough one, a day named in passing."""

from dataclasses import replace
from itertools import pairwise

from app.extraction.rules.acts import Act
from app.extraction.rules.bare_day import only_day
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Plan
from app.extraction.rules.reading import Reading
from app.extraction.rules.relating import in_month
from app.extraction.rules.talk import Talk

#: What makes a day beside it a wish, an offer or a booking.
_CHANGES = frozenset(Act) - {Act.ACCEPT, Act.THANKS, Act.LASTS, Act.PROMISE, Act.HEDGE, Act.PRICE, Act.ADVERT}

_FEW = 4
_ABOUT_A_SLOT = frozenset(
    {Act.ASK_TIME, Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_PART, Act.ASK_CONFIRM, Act.REQUEST, Act.MOVE, Act.CANNOT}
)


def only_names_a_day(option: Option, plan: Plan, reading: Reading) -> bool:
    """ "Te paso los datos mañana": a day in a statement about something else moves nothing that is settled."""
    if reading.acts & _ABOUT_A_SLOT or option.when.time or option.when.part or option.asks or plan.known.time is None:
        return False
    segment = next((s for s in reading.segments if s.start <= option.start < s.end), None)
    if segment is None or segment.acts & _CHANGES or plan.known.overlaps(option.when):
        return False
    beside = [w for w in reading.words[segment.first : segment.last] if not option.start <= w.start < option.end]
    return sum(not w.is_mark for w in beside) > 1


def without_old(talk: Talk, options: list[Option], reading: Reading) -> list[Option]:
    """Without the moment that a move leaves: "my 3pm on Thursday to 4", "no está el martes, ¿lo paso al lunes?"."""
    if len(options) < 2 or not reading.has(Act.MOVE):
        return options
    plan = talk.current
    if plan and plan.agreed:
        agreed = plan.agreed
        new = [o for o in options if not agreed.overlaps(o.when)]
        if new and len(new) < len(options):
            return new
    first, second = options[0], options[1]
    left = reading.folded[first.end : second.start].split()[-2:]
    if len(options) == 2 and idioms("in_place_of") & set(left):
        return [first]  # "tomorrow at 9, would you like it instead of Thursday 4pm?"
    between = reading.folded[first.end : second.start + 3].split()
    near = second.sentence == first.sentence and len(between) <= _FEW
    if len(options) == 2 and near and {"vez", "lugar", "instead", "rather"} & set(between):
        return [first]  # "el viernes en vez del jueves"
    if len(options) == 2 and second.sentence == first.sentence and {"to", "a", "al", "para", "por"} & set(between):
        second.when = replace(
            second.when, date=second.when.date or first.when.date, time=second.when.time or first.when.time
        )
        return [second]
    told = next((s for s in reading.segments if s.start <= first.start < s.end), None)
    if len(options) == 2 and told and Act.PAST in told.acts and second.asks and not first.asks:
        moved = second.when  # "I booked for 6 June at 10. Could we make it the 13th?"
        if moved.date and first.when.date and only_day(moved.date.quote):
            moved = in_month(moved, first.when.date.value.replace(day=1))
        second.when = moved.filled(first.when)
        return [second]
    return options


def same_day_refined(options: list[Option]) -> bool:
    """One moment said twice in a message, the second time more exactly ("el domingo 6 … domingo 6 a las 5")."""
    return (
        all(a.when.overlaps(b.when) or b.when.overlaps(a.when) for a, b in pairwise(options))
        and options[-1].when.complete
        and not all(o.when.time for o in options)
    )


def roughly_then_exactly(options: list[Option]) -> bool:
    """ "En 15 días. El lunes 18 a las 10:40": the second says the first better."""
    *rough, exact = options
    return (
        exact.when.complete
        and all(o.when.time is None and o.sentence != exact.sentence and o.joined == "" for o in rough)
        and exact.joined == ""
    )


def weeks_apart(plan: Plan, option: Option) -> bool:
    """ "3 weeks later" of a Tuesday is that weekday, and another day."""
    said, known = option.when.date, plan.known.date
    return option.moved and said is not None and known is not None and said.value != known.value


def says_exactly(plan: Plan, option: Option) -> bool:
    """Whether day and hour of both are the same: then a title shared with another appointment says nothing."""
    return option.when.complete and plan.known.complete and plan.known.fits(option.when)
