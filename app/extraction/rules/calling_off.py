"""Wrong numbers, bookings that failed, and cancellations: of which appointment?"""

from app.extraction.rules.acts import Act
from app.extraction.rules.bare_day import only_weekday
from app.extraction.rules.plan import Plan, State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot, when_of
from app.extraction.rules.words import names
from app.models import Role
from app.temporal import TimeExpression

#: What a message may do besides calling off something that is not known here.
_GOES_ON = frozenset({Act.MOVE, Act.REQUEST, Act.ASK_FREE, Act.WANT, Act.OFFER, Act.MORE})


def void(talk: Talk, index: int, reading: Reading) -> None:
    for plan in talk.plans:
        if plan.live:
            plan.cancel(index, reading.text)
    talk.focus = None


def fail(talk: Talk, index: int, reading: Reading) -> None:
    plan = talk.focus
    if plan is None or not plan.live:
        return
    if plan.state is State.SETTLED:
        plan.cancel(index, reading.quote(Act.FAILED))
        fresh = Plan(
            began=index,
            draft=plan.draft,
            by=plan.by,
            changed=plan.changed,
            titles=plan.titles,
            place=plan.place,
            place_weight=plan.place_weight,
            label=plan.label,
            wished=plan.wished,
            founded=Slot("", index, reading.quote(Act.FAILED)),
        )
        talk.plans.append(fresh)
        talk.focus = plan = fresh
    plan.refused = True


def offer_instead(reading: Reading) -> None:
    """ "I couldn't book 5 pm. There is a table at 5:30": the hour that failed is none, the other one is offered."""
    failed = {s.sentence for s in reading.segments if Act.FAILED in s.acts and not s.asks}
    for mention in reading.mentions:
        if mention.segment.sentence in failed and not mention.segment.acts & {Act.OFFER, Act.ASK_FREE}:
            mention.use = Use.NOISE
        elif mention.use is Use.NOISE and mention.when.time and not mention.when.recurring:
            mention.use = Use.PROPOSE


def cancel(talk: Talk, reading: Reading, index: int, role: Role) -> bool:
    hits = [h for h in reading.hits if h.tag is Act.CANCEL]
    live = [p for p in talk.plans if p.live]
    if role is Role.BOT and all(reading.only_could(h.first) for h in hits):
        return False
    if not live:
        said_again = role is Role.BOT and index - talk.cancelled_at <= 3
        return said_again or role is Role.USER and not reading.acts & _GOES_ON
    if all(reading.segment_of(h.first).acts & {Act.PAST} for h in hits):
        return False
    if all(reading.segment_of(h.first).asks for h in hits) and role is Role.BOT:
        return False
    if role is Role.BOT and (_says_again(talk, reading, live) or _told_of(talk, reading)):
        return True
    targets = _meant(reading, live, role)
    if not targets:
        if role is Role.USER and _is_of_another(reading, live):
            return True
        if index - talk.cancelled_at <= 3:
            return True  # only says again what was cancelled
        settled = [p for p in live if p.state is State.SETTLED]
        targets = [talk.focus] if talk.focus and talk.focus.live and not settled else settled[-1:] or live[-1:]
    for plan in targets:
        plan.cancel(index, reading.quote(Act.CANCEL))
        talk.last_cancelled = plan
    talk.cancelled_at = index
    left = [p for p in talk.plans if p.live]
    if talk.focus is None or not talk.focus.live:
        talk.focus = left[-1] if left else None
    return True


def keep_only(talk: Talk, reading: Reading, index: int) -> bool:
    """ "Luna está enferma, solo llevo a Rocky": of those arranged together the others are called off."""
    hits = [h for h in reading.hits if h.tag is Act.ONLY]
    settled = [p for p in talk.plans if p.state is State.SETTLED]
    if not hits or len(settled) < 2 or reading.asks:
        return False
    segment = reading.segment_of(hits[0].first)
    said = {w.text for w in reading.words[hits[0].first + 1 : segment.last]}
    kept = [p for p in settled if p.label and names(p.label.text) & said] or [
        p
        for p in settled
        for m in reading.mentions
        if m.segment is segment and m.when.date and p.known.date and p.known.date.value == m.when.date
    ]
    rest = [p for p in settled if kept and p not in kept and _arranged_with(p, kept[0])]
    for plan in rest if len(kept) == 1 else []:
        plan.cancel(index, reading.quote(Act.ONLY))
        talk.last_cancelled, talk.cancelled_at, talk.focus = plan, index, kept[0]
    return len(kept) == 1 and bool(rest)


def drop_one(talk: Talk, reading: Reading, index: int, role: Role) -> bool:
    """ "I won't make it tomorrow, keep me in for Wednesday": of several the one on the day that does not suit any more.

    Without another one that stays, that plan is only looked at, until it is moved or called off.
    """
    settled = [p for p in talk.plans if p.state is State.SETTLED]
    if role is not Role.USER or len(settled) < 2 or reading.asks or reading.has(Act.MOVE, Act.PUSH, Act.ASK_FREE):
        return False
    cannot = [when_of(m.when, index) for m in reading.mentions if Act.CANNOT in m.segment.acts]
    gone = [p for p in settled if p.agreed and any(w.date and w.overlaps(p.agreed) for w in cannot)]
    stays = [when_of(m.when, index) for m in reading.mentions if Act.CANNOT not in m.segment.acts]
    if len(gone) != 1:
        return False
    talk.focus = gone[0]
    if not stays or not all(any(p.agreed and w.overlaps(p.agreed) for p in settled if p is not gone[0]) for w in stays):
        return False
    gone[0].cancel(index, reading.quote(Act.CANNOT))
    talk.last_cancelled, talk.cancelled_at = gone[0], index
    talk.focus = next(p for p in reversed(settled) if p is not gone[0])
    return True


def _arranged_with(one: Plan, other: Plan) -> bool:
    """Whether both were settled by the same words."""
    return bool(one.settled and other.settled and one.settled.message == other.settled.message)


def _says_again(talk: Talk, reading: Reading, live: list[Plan]) -> bool:
    """ "Lucía cancelada": of whom that was said before, and no other is named with it."""
    said = _cancelling_words(reading)
    gone = [p for p in talk.plans if p.state is State.CANCELLED and p.label and names(p.label.text) & said]
    return bool(gone) and not any(p.label and names(p.label.text) & said for p in live)


def _told_of(talk: Talk, reading: Reading) -> bool:
    """ "Listo, cancelado: Corte, el viernes 4 a las 11:00": day and hour are those of what was called off already."""
    said = [when_of(m.when, 0) for m in reading.mentions if m.segment.acts & {Act.CANCEL} or not m.segment.asks]
    gone = [p.agreed for p in talk.plans if p.state is State.CANCELLED and p.agreed]
    live = [p.agreed for p in talk.live if p.agreed]
    return bool(said) and all(
        w.complete and any(a.complete and a.fits(w) for a in gone) and not any(a.complete and a.fits(w) for a in live)
        for w in said
    )


def _cancelling_words(reading: Reading) -> set[str]:
    return {
        w.text
        for s in reading.segments
        if Act.CANCEL in s.acts
        for w in reading.words[s.first : s.last]
        if not w.is_mark
    }


def _meant(reading: Reading, live: list[Plan], role: Role) -> list[Plan]:
    """The plans that a message names: all, by their day or hour, or by words of their title."""
    if reading.has(Act.BOTH):
        return live
    said = names(reading.folded)
    near = _cancelling_words(reading)
    named = [p for p in live if p.label and names(p.label.text) & near] or [
        p for p in live if p.label and names(p.label.text) & said
    ]
    if named and len(named) < len(live):
        return named
    told = [m for m in reading.mentions if m.segment.acts & {Act.CANCEL, Act.CANNOT}]
    elsewhere = [m for m in reading.mentions if not m.segment.acts & {Act.BUSY, Act.PAST, Act.SEE_YOU, Act.KEEP}]
    for mention in told or (elsewhere if role is Role.USER else []):
        e = mention.when
        on_day = [p for p in live if e.date and p.known.date and p.known.date.value == e.date]
        on_day = on_day or _on_weekday(mention.when, live)
        if on_day:
            at_hour = [p for p in on_day if e.time and p.known.time and p.known.time.value == e.time]
            return (at_hour or on_day)[-1:]
    if len(live) > 1:
        words = {w for w in said if len(w) > 3 and w not in reading.lexicon.known}
        words |= said & reading.lexicon.services_words - reading.lexicon.generic_words
        scored = [(len(words & p.title_words()), p) for p in live]
        best = max(n for n, _ in scored)
        chosen = [p for n, p in scored if n == best]
        if best and len(chosen) < len(live):
            return chosen
    return []


def _is_of_another(reading: Reading, live: list[Plan]) -> bool:
    """ "La limpieza ya no, cancélela", of no plan's title: an article, a service and small words come first."""
    lexicon = reading.lexicon
    verb = next(h.first for h in reading.hits if h.tag is Act.CANCEL)
    services = lexicon.services_words - lexicon.generic_words
    words = [w.text for w in reading.words[:verb] if not w.is_mark]
    while len(words) > 2 and words[-1] in lexicon.known - services:
        words.pop()
    if len(words) != 2 or words[0] not in lexicon.articles_words or not all(p.title_words() for p in live):
        return False
    own = {name for p in live for name in p.title_words()}
    return words[1] in services and not {words[1], words[1].removesuffix("s")} & own


def _on_weekday(said: TimeExpression, live: list[Plan]) -> list[Plan]:
    """ "La del jueves", where none is on the Thursday to come: the first on a later one."""
    if said.weekday is None or said.date is None or said.end_date or not only_weekday(said.text):
        return []
    later = [(p.known.date.value, p) for p in live if p.known.date and p.known.date.value > said.date]
    fits = [(day, p) for day, p in later if day.weekday() == said.weekday]
    first = min((day for day, _ in fits), default=None)
    return [p for day, p in fits if day == first]
