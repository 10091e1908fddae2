"""From a plan to an event: title, moments in the tenant's zone, status with its reason, evidence."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from app.extraction.base import Reason, TranscriptMessage
from app.extraction.rules import subjects
from app.extraction.rules.lang import LEXICONS, Lexicon
from app.extraction.rules.pictures import moment_is_pictured
from app.extraction.rules.plan import Candidate, Plan, State
from app.extraction.rules.when import Slot, When
from app.extraction.rules.words import fold, names
from app.models import EventDraft, EventStatus, Evidence
from app.temporal import localize

#: "Reunión para lo de la página web" is "Reunión página web".
_ABOUT = re.compile(r" (?:para|por) (?:lo|el tema|un tema) de (?:la |el |los |las )?", re.IGNORECASE)
_EDGES = re.compile(r"^\W+")
_OWNER = re.compile(r"'s$")


def draft_of(plan: Plan, messages: Sequence[TranscriptMessage], time_zone: str, locale: str) -> EventDraft | None:
    """The event that a plan stands for; None when there is nothing to keep."""
    when = plan.agreed or plan.draft
    if (
        plan.state is State.DROPPED
        and not (plan.cancelled and when.complete)
        or plan.state is State.OPEN
        and (plan.refused or plan.options and not when.time)
    ):
        return None
    if when.date is None and (when.time is None or plan.undated):
        return None
    zone = ZoneInfo(time_zone)
    source = when.date or when.time
    assert source is not None
    said = messages[source.message].at.astimezone(zone)
    day = when.date.value if when.date else _next_day(when, said)
    all_day = when.time is None
    start = localize(dt.datetime.combine(day, when.time.value if when.time else dt.time(0)), zone)
    title, from_title = title_of(plan, locale)
    decided = plan.cancelled if plan.state in (State.CANCELLED, State.DROPPED) else plan.settled
    settled_at = messages[decided.message].at if decided else None
    status, reason = _status(plan, when, start, settled_at, all_day)
    if status is EventStatus.CONFIRMED and moment_is_pictured(when, messages):
        status, reason = EventStatus.PROPOSED, Reason.PICTURED
    if status is EventStatus.PROPOSED and all_day and plan.state is State.OPEN and not plan.requested:
        return None
    evidence = _evidence(plan, when, messages, from_title)
    return EventDraft(
        title=title,
        start=start,
        end=_end(when, day, start, zone),
        all_day=all_day,
        time_zone=time_zone,
        location=plan.place.value if plan.place else None,
        status=status,
        reason=reason.value if reason else None,
        confidence=_confidence(plan, when, status),
        evidence=evidence,
        settled_at=settled_at,
    )


def wish_of(plan: Plan, messages: Sequence[TranscriptMessage], time_zone: str, locale: str) -> EventDraft | None:
    """The change of a settled event that somebody asked for and nobody answered: for a person to see."""
    if (
        plan.state is not State.SETTLED
        or not (plan.agreed and plan.settled and plan.draft.complete)
        or plan.agreed.fits(plan.draft)
        or plan.changed <= plan.settled.message
        or plan.refused
        or plan.options
    ):
        return None
    wished = replace(plan, state=State.OPEN, agreed=None, settled=None, requested=True)
    draft = draft_of(wished, messages, time_zone, locale)
    return draft and draft.model_copy(update={"reason": Reason.CHANGE_UNSURE.value})


def merged(plans: Sequence[Plan]) -> list[Plan]:
    """Without what was settled twice: a booking, and its entry in a calendar with a fuller title or the hour."""
    kept: list[Plan] = []
    for plan in plans:
        twin = next((k for k in kept if _is_twin(k, plan)), None)
        if twin is None:
            kept.append(plan)
            continue
        plan.place = plan.place or twin.place
        plan.founded = twin.founded or plan.founded
        kept[kept.index(twin)] = plan
    return kept


def _is_twin(first: Plan, second: Plan) -> bool:
    if first.state is not State.SETTLED or second.state is not State.SETTLED or not (first.agreed and second.agreed):
        return False
    a, b = first.agreed, second.agreed
    if first.label and second.label and first.label.text != second.label.text or not (a.date and b.date):
        return False
    return a.date.value == b.date.value and (a.time is None or b.time is not None and a.time.value == b.time.value)


def _next_day(when: When, said: dt.datetime) -> dt.date:
    """The day of an hour said without one: today, or tomorrow when that hour was over."""
    assert when.time is not None
    return said.date() + dt.timedelta(days=when.time.value < said.time().replace(second=0, microsecond=0))


def _end(when: When, day: dt.date, start: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    if when.time is None:
        midnight = dt.datetime.combine(when.until.value + dt.timedelta(days=1), dt.time(0)) if when.until else None
        return localize(midnight, zone) if midnight else None
    if when.end:
        after = dt.timedelta(days=when.end.value <= when.time.value)
        return localize(dt.datetime.combine(day + after, when.end.value), zone)
    if when.length:
        return (start.astimezone(dt.UTC) + when.length.value).astimezone(zone)
    return None


def _status(
    plan: Plan, when: When, start: dt.datetime, settled_at: dt.datetime | None, all_day: bool
) -> tuple[EventStatus, Reason | None]:
    if plan.state in (State.CANCELLED, State.DROPPED):
        return EventStatus.CANCELLED, None
    if plan.state is State.OPEN or settled_at is None:
        return EventStatus.PROPOSED, Reason.NOT_SETTLED
    if plan.wavering:
        return EventStatus.PROPOSED, Reason.NOT_SETTLED
    if when.recurring:
        return EventStatus.PROPOSED, Reason.RECURRING
    if when.conflict:
        return EventStatus.PROPOSED, Reason.WEEKDAY_MISMATCH
    over = start + dt.timedelta(days=1) if all_day else start
    if over < settled_at:
        return EventStatus.PROPOSED, Reason.IN_THE_PAST
    return EventStatus.CONFIRMED, None


def _confidence(plan: Plan, when: When, status: EventStatus) -> float:
    sure = when.certain * (0.95 if when.time and when.time.sure else 0.85) * (1.0 if when.date else 0.8)
    return round(sure if status is EventStatus.CONFIRMED else sure * 0.5, 2)


def _evidence(
    plan: Plan, when: When, messages: Sequence[TranscriptMessage], title: Candidate | None
) -> tuple[Evidence, ...]:
    found: list[Evidence] = []

    def add(name: str, slot: Slot | None) -> None:  # type: ignore[type-arg]
        if slot is not None:
            found.append(Evidence(message_id=messages[slot.message].id, slot=name, quote=slot.quote or None))

    add("began", plan.founded)
    add("date", when.date or when.time)
    add("time", when.time)
    add("end", when.end or when.length or when.until)
    if title is not None:
        found.append(Evidence(message_id=messages[title.message].id, slot="title", quote=title.quote))
    add("location", plan.place)
    add("settled", plan.settled)
    if plan.state in (State.CANCELLED, State.DROPPED):
        add("cancelled", plan.cancelled)
    return tuple(found)


def title_of(plan: Plan, locale: str) -> tuple[str, Candidate | None]:
    """The best title that was said, and where. A name alone ("Mateo") follows what all share ("Control")."""
    lexicon = LEXICONS.get(locale[:2], LEXICONS["es"])
    pool = [
        c
        for c in plan.titles
        if c.text and not (plan.place and any(map(str.isdigit, c.text)) and c.text in plan.place.value)
    ]
    label = plan.label
    if label and names(label.text) <= lexicon.persons_words | lexicon.people_words:
        label = None  # "usted", "su hija": whose it is, not what
    if label and not _services(label.text):
        pool = [c for c in pool if _services(c.text) or c.weight >= subjects.TITLED]
        base = max(pool, key=_rank, default=None)
        if base and names(label.text) <= names(base.text):
            return _polished(base.text), base
        return _polished(f"{_core(base.text, lexicon)} {label.text}" if base else label.text), label
    thin = label is not None and names(label.text) <= lexicon.generic_words | lexicon.light_words | lexicon.joins_words
    if label and not thin and not any(c.weight > subjects.LABELLED for c in pool):
        return _polished(_core(label.text, lexicon)), label
    if not pool:
        return lexicon.fallback, None
    best = max(pool, key=_rank)
    if subjects.READ_BACK <= best.weight < subjects.TITLED:
        best = _fuller(best, pool)
    if best.weight >= subjects.TITLED:
        return _polished(best.text), best
    text = _core(best.text, lexicon)
    if best.weight < subjects.ANSWERED - 1:
        text = _OWNER.sub("", text)
    said = names(text) - lexicon.joins_words
    others = [
        c
        for c in pool
        if not names(c.text) <= lexicon.generic_words | lexicon.joins_words | lexicon.light_words
        and not names(c.text) & said
        and c.weight >= subjects.PROBLEM
    ]
    extra = max(others, key=_rank, default=None)
    answered = best.weight >= subjects.ANSWERED - 1 and lexicon.head_first
    if answered and len(said) <= 2 and not said & lexicon.generic_words:
        # "¿qué tema?" "fracciones": of the class that was asked for
        heads = [
            c
            for c in pool
            if c is not best
            and (first := _in_order(c.text, lexicon)[:1])
            and first[0] not in lexicon.desk_words | lexicon.meetings_words
            and (first[0] in lexicon.generic_words or not said & lexicon.services_words)
            and not names(c.text) & said
        ]
        if heads:
            phrase = _core(min(heads, key=lambda c: c.message).text, lexicon)
            text = f"{phrase if len(phrase.split()) <= 3 else phrase.split()[0]} {text}"
    elif extra is None and len(said) == 1 and lexicon.head_first and said <= lexicon.light_words and _is_verb(said):
        return lexicon.fallback, None  # "dejar": of what, nobody said
    elif extra and said <= lexicon.desk_words | lexicon.fields_words:
        text = _core(extra.text, lexicon)
    elif extra and (said <= lexicon.generic_words | lexicon.light_words):
        text = f"{text} {_core(extra.text, lexicon)}"
    return _polished(text), best


def _fuller(short: Candidate, pool: Sequence[Candidate]) -> Candidate:
    """ "Reservada pista 3" of a "pista de bádminton": a number tells the place or the party, not what it is."""
    said = {word for word in names(short.text) if not word.isdigit()}
    if len(said) != 1 or said == names(short.text):
        return short
    return max((c for c in pool if said < {w for w in names(c.text) if not w.isdigit()}), key=_rank, default=short)


def _is_verb(said: set[str]) -> bool:
    return all(word[-2:] in ("ar", "er", "ir") for word in said)


def _in_order(text: str, lexicon: Lexicon) -> list[str]:
    return [w.text for w in lexicon.words(fold(text)) if w.text in lexicon.services_words]


def _rank(candidate: Candidate) -> tuple[float, int]:
    return (
        candidate.weight,
        candidate.message if candidate.weight >= subjects.ANSWERED else -candidate.message,
    )


def _core(text: str, lexicon: Lexicon) -> str:
    """ "Cita para empaste" is "empaste"; "cita con el dentista" stays."""
    words = lexicon.words(fold(text))
    first = 0
    while first < len(words) - 1 and words[first].text in lexicon.articles_words | lexicon.leads_words:
        first += 1
    if (
        first + 2 < len(words)
        and words[first].text in lexicon.desk_words
        and words[first + 1].text in ("para", "de", "por", "for", "of")
    ):
        rest = [w.text for w in words[first + 2 :]]
        thing = next((w for w in words[first + 2 :] if w.text not in lexicon.articles_words), words[-1])
        somebody = set(rest) & (lexicon.people_words | lexicon.persons_words) or text[thing.start].isupper()
        if set(rest) & lexicon.services_words or not (
            somebody or any(w.isdigit() or w in lexicon.numerals_words for w in rest)
        ):
            first += 2
            while first < len(words) - 1 and words[first].text in lexicon.articles_words:
                first += 1
    if not words:
        return text
    head = words[first]
    return lexicon.single.get(head.text, text[head.start : head.end]) + text[head.end :]


def _polished(text: str) -> str:
    text = _EDGES.sub("", _ABOUT.sub(" ", " ".join(text.split()))).strip(" .,;:-\"'¡!¿?(")
    text = text if "(" in text else text.rstrip(")")
    return text[:1].upper() + text[1:]


def _services(text: str) -> bool:
    said = names(text)
    return any(said & (lexicon.services_words - lexicon.generic_words) for lexicon in LEXICONS.values())
