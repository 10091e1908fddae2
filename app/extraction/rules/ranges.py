"""What is said from one day or hour to another: several days, a stay, or where something is moved from and to."""

import datetime as dt
import re
from dataclasses import replace

from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Mention, Reading, Use
from app.temporal import Kind

_UP_TO = re.compile(r"\w\s*(?:\b(?:al?|hasta|to|till?|until|through)\b|[-–])\s*\w")


def where_to(mention: Mention, reading: Reading) -> Mention:
    """Of a moment that moves from one to another, the second alone: "push it from 2 to 3"."""
    if not _moves_over(mention, reading):
        return mention
    e = mention.when
    if e.end_time and e.kind is not Kind.DATERANGE:
        return replace(mention, when=replace(e, time=e.end_time, end_time=None, end_date=None))
    if e.end_date:
        return replace(mention, when=replace(e, kind=Kind.DATE, date=e.end_date, end_date=None))
    return mention


def several_days(mention: Mention) -> tuple[dt.date, dt.date] | None:
    """First and last day of "la otra semana", "del 15 al 17"."""
    e = mention.when
    if e.kind is not Kind.DATERANGE or mention.use is Use.NOISE or not (e.date and e.end_date):
        return None
    return (e.date, e.end_date) if e.end_date > e.date else None


def from_day_to_day(mention: Mention, reading: Reading) -> bool:
    """Whether first and last day are both said: "del 15 al 17", not "esta semana"."""
    folded = reading.folded[mention.start : mention.end]
    return bool(_UP_TO.search(folded)) and mention.when.date is not None


def _moves_over(mention: Mention, reading: Reading) -> bool:
    """ "Pasar la sesión de hoy a mañana", "push it from 2 to 3", "change my fitting on Friday to Saturday": no range,
    but from where to where."""
    e, moves = mention.when, [h.last for h in mention.segment.hits if h.tag is Act.MOVE]
    if not moves or e.kind not in (Kind.DATERANGE, Kind.TIMERANGE, Kind.DATETIMERANGE):
        return False
    if e.text.casefold().startswith(("de ", "del ", "from ")):
        return True
    joints = reading.lexicon.joins_words | reading.lexicon.at_words | reading.lexicon.articles_words
    what = [w for w in reading.words[min(moves) :] if w.end <= mention.start and w.text not in joints]
    return e.kind is Kind.DATERANGE and bool(what) and not any(w.is_mark for w in what)
