"""How long an appointment shall last, said of one that stands: "alárgala media hora", "make it two hours"."""

import datetime as dt
import re
from dataclasses import dataclass

from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Reading

_LONGEST = dt.timedelta(hours=12)
_NOON = 12
_LONGER = re.compile(
    r"\b(?:alarg|alargu|extiend|extend|prolong|ampli|agreg|anad|aument|lengthen|prolong|longer|add)|\b(?:mas larg[oa]"
    r"|mas de (?:tiempo|duracion))\b|\bde mas\b"
)
_MORE = re.compile(r"@\s*(?:mas|more|extra|adicional(?:es)?)\b(?!\s+(?:tarde|temprano|tardecito|pronto|lejos))")
_SHORTER = re.compile(r"\b(?:acort|reduc|reduz|recort|shorten|shorter|quita|quite|resta|cut)|@\s*(?:menos|less)\b")
_LASTS = re.compile(
    r"\b(?:dure|duren|durar|dura|lasts?|lasting)\s*@|\b(?:sean?|ponle|ponla|dejala|dejalo|hazla|hazlo) (?:de )?@"
    r"|\b(?:make|made) it (?:a )?@|\bit (?:to )?be @|\b(?:de|a) @ (?:de duracion|en total|long|in total)"
)
_UNTIL = re.compile(
    r"\b(?:termine|acabe|finalice|end|ends|finish|finishes)(?: it)?(?: a| at| by)? ?@|\b(?:alarg|extiend|extend|prolong"
    r"|dure|dejal[ao]|keep it|make it)\w*(?: \w+)? @(?:hasta|until|till|to)\b"
)
_OFF = frozenset({Act.CANCEL, Act.CANNOT, Act.PAST})


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """One of them: longer (or shorter) `by`, `total`, or `until` a local time."""

    by: dt.timedelta | None = None
    total: dt.timedelta | None = None
    until: dt.time | None = None

    def end(self, start: dt.datetime, end: dt.datetime) -> dt.datetime | None:
        """When it ends then, in local time; None where that makes no sense."""
        if self.until is not None:
            then = start.replace(hour=self.until.hour, minute=self.until.minute)
            if then <= start and self.until.hour < _NOON:
                then += dt.timedelta(hours=_NOON)
        else:
            then = start + self.total if self.total else end + (self.by or dt.timedelta())
        return then if start < then <= start + _LONGEST and then != end else None


def length_wished(reading: Reading) -> dt.timedelta | None:
    """That of an appointment wished for: "un masaje de dos horas"."""
    for mention in reading.mentions:
        e, before = mention.when, reading.folded[: mention.start][-24:] + "@"
        lasts = e.duration and not (e.date or e.time or e.shift) and e.duration < _LONGEST
        if lasts and _OF_LENGTH.search(before):
            return e.duration
    return None


_OF_LENGTH = re.compile(r"(?<!dentro )(?<!antes )(?<!despues )\bde (?:unas? |como )?@|\bfor (?:about )?@")


def length_asked(reading: Reading) -> Length | None:
    """The length that the message asks for, if it speaks of one."""
    if reading.acts & _OFF:
        return None
    for mention in reading.mentions:
        e, text = mention.when, reading.folded
        around = text[: mention.start][-40:] + "@" + text[mention.start : mention.end]
        after = "@" + text[mention.end :][:24]
        before = text[: mention.start][-40:] + "@" + text[mention.end :][:24]
        if e.duration and not e.date and not e.time and not e.shift and e.duration < _LONGEST:
            if _SHORTER.search(before) or _SHORTER.search(after):
                return Length(by=-e.duration)
            if _LONGER.search(before) or _MORE.search(after):
                return Length(by=e.duration)
            if _LASTS.search(before):
                return Length(total=e.duration)
        elif e.time and not e.date and not e.shift and _UNTIL.search(around):
            return Length(until=e.time)
    return None
