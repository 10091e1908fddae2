"""A subject given or corrected after booking: "era pedicure", "un facial en vez del masaje", "es para mi hija"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.agent.evidence import fold
from app.agent.lang import TABLES
from app.agent.listening.aim import is_generic, named, stands_at
from app.agent.listening.changes import STALE, Changes
from app.agent.listening.persons import kin_of, lang_of
from app.agent.listening.topics import topic
from app.agent.listening.wish import Kind, Wish
from app.agent.wording import Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.phrase_tables import Phrases
from app.extraction.rules.reading import Reading
from app.extraction.rules.subjects import subjects
from app.extraction.rules.words import Hit
from app.models import Event

_CORRECTING: Mapping[Lang, Phrases[str]] = {lang: Phrases(table.correcting) for lang, table in TABLES.items()}
_PARTS = ("instead", "by", "not", "is", "put", "add", "sorry")
_LONGEST = 6
_OTHER_ORDERS = frozenset({Act.CANCEL, Act.CANNOT, Act.MORE, Act.NEXT})
_TOLD_ONLY = frozenset({Act.PAST, Act.OTHERS, Act.ASK_FREE})  # but "era pedicure", "¿la puede poner como …?"


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """What it shall be called and, where that is said, what it is not. `plain`: said in so many words, so that it need
    not follow a booking; `part`: it is what the subject has behind "de"; `adds`: it comes beside the old."""

    new: str
    old: str | None = None
    plain: bool = True
    part: bool = False
    adds: bool = False


def correction(reading: Reading) -> Correction | None:
    """The subject that a message puts in the place of another, if it does."""
    hits = _CORRECTING[lang_of(reading)].find(reading.words)
    by_tag = {tag: [h for h in hits if h.tag == tag] for tag in _PARTS}
    for hit in by_tag["instead"]:
        old, end = _thing(reading, hit.last, hits)
        starts = [h.last for h in hits if h.last <= hit.first and h.tag in ("sorry", "put", "is")]
        new = _thing(reading, max(starts, default=0), hits, upto=hit.first)[0] or _thing(reading, end, hits)[0]
        if old and new:
            return Correction(new=new, old=old)
    for hit in by_tag["not"]:
        old, end = _thing(reading, hit.last, hits)
        after = next((h.last for h in hits if h.first >= end and h.tag in ("is", "instead")), end)
        new = _thing(reading, after, hits)[0]
        if old and new:
            return Correction(new=new, old=old)
    changes = [h.last for h in reading.hits if h.tag is Act.MOVE] if by_tag["by"] else []
    for start in changes[:1]:
        by = next((h for h in by_tag["by"] if h.first > start), None)
        old = _thing(reading, start, hits, upto=by.first)[0] if by else None
        new = _thing(reading, by.last, hits)[0] if by else None
        if old and new:
            return Correction(new=new, old=old)
    for hit in by_tag["add"] if not reading.mentions else ():
        new = _thing(reading, hit.last, hits)[0]
        if new:
            return Correction(new=new, adds=True, plain=_is_service(reading, new))
    for tag in ("put", "is"):
        for hit in by_tag[tag]:
            new = _thing(reading, hit.last, hits)[0]
            if new and (tag == "put" or _is_service(reading, new)):
                return Correction(new=new, plain=tag == "put")
    for hit in by_tag["sorry"]:
        new = _thing(reading, hit.last, hits)[0]
        if new and (_is_service(reading, new) or _is_part(reading, hit.last)):
            return Correction(new=new, part=_is_part(reading, hit.last), plain=False)
    return None


def _is_part(reading: Reading, first: int) -> bool:
    """ "Perdón, de guitarra": what stands behind "de" in the subject."""
    words = [w for w in reading.words[first:] if not w.is_mark]
    return reading.is_short and len(words) > 1 and words[0].text == _OF


_OF = "de"
_AND: Mapping[Lang, str] = {"es": "y", "en": "and"}


def _completed(title: str, part: str) -> str | None:
    """ "Clase de prueba de piano" with another instrument."""
    head, joint, _ = title.rpartition(f" {_OF} ")
    return f"{head}{joint}{part}" if joint else None


def _thing(
    reading: Reading, first: int, hits: Sequence[Hit[str]], *, upto: int | None = None
) -> tuple[str | None, int]:
    """The words for a thing from there on, without article, and where they end."""
    words, lexicon = reading.words, reading.lexicon
    skipped = lexicon.articles_words | lexicon.joins_words | lexicon.determined_words
    last = len(words) if upto is None else upto
    wants = [h for h in reading.hits if h.tag is Act.WANT] + [h for h in hits if h.tag == "is"]
    idle = {n for h in wants for n in range(h.first, h.last)}
    while first < last and not _in_moment(reading, first):
        if not (words[first].is_mark or words[first].text in skipped or first in idle):
            break
        first += 1
    end = first
    ends = {h.first for h in hits if h.tag != "by"}
    while end < last and end - first < _LONGEST and not words[end].is_mark and not _in_moment(reading, end):
        if end in ends or words[end].text in lexicon.stops_words | lexicon.splits_words:
            break
        end += 1
    kept = end
    while kept > first and words[kept - 1].text in skipped | lexicon.at_words:
        kept -= 1
    text = reading.text[words[first].start : words[kept - 1].end] if kept > first else ""
    return (None if not text or is_generic(reading, text) else text), end


def _in_moment(reading: Reading, position: int) -> bool:
    return any(m.start <= reading.words[position].start < m.end for m in reading.mentions)


def _is_service(reading: Reading, text: str) -> bool:
    services = reading.lexicon.services_words - reading.lexicon.generic_words
    return bool(services & set(fold(text).split()))


class Renames(Changes):
    """Wishes to give what stands another subject."""

    def _rename(self, reading: Reading, options: Sequence[Option], *, fresh: bool) -> bool:
        live = self._standing
        if not live or self.open:
            return False
        found = correction(reading)
        others = _OTHER_ORDERS - {Act.MORE} if found and found.adds else _OTHER_ORDERS  # "agrégale también cejas"
        if reading.acts & others:
            return False
        if found is not None and found.old is None and not (found.plain or self.just_booked):
            found = None
        if found is None and reading.acts & _TOLD_ONLY:
            return False
        meant = self._meant_by(found, reading)
        moves = [o for o in options if not any(stands_at(e, o.when, self.turn.zone) for e in meant)]
        if moves and not (found and self.just_booked and len(meant) == 1 and all(not o.when.date for o in moves)):
            return False
        title = found.new if found else self._told_subject(meant, reading)
        if found and len(meant) == 1 and (found.part or found.adds):
            old = meant[0].title
            title = f"{old} {_AND[self.lang]} {found.new}" if found.adds else _completed(old, found.new)
        person = kin_of(reading) if title is None and not reading.asks and self.just_booked else None
        if not meant or not (title or person) or (person and len(meant) > 1):
            return False
        if title and any(set(fold(title).split()) <= set(fold(e.title).split()) for e in live):
            return False
        wish = Wish(kind=Kind.RENAME, title=title or meant[0].title.split(" (")[0], person=person, candidates=meant)
        wish.target, wish.fresh = (meant[0] if len(meant) == 1 else None), fresh
        self.wishes.append(wish)
        self.heard.discard(Act.GIVE_UP)  # "era un facial" leaves nothing
        if moves:  # "mejor pedicure, y a las 11"
            move = Wish(kind=Kind.MOVE, candidates=meant, target=wish.target, fresh=fresh)
            self.wishes.append(move)
            self._move_to(move, reading, moves)
        return True

    def _meant_by(self, found: Correction | None, reading: Reading) -> tuple[Event, ...]:
        """Those whose subject is said to be wrong; else the one spoken of, or those that were just made."""
        live = self._standing
        if found and found.old:
            old = set(fold(found.old).split())
            return tuple(e for e in live if old & set(fold(e.title).split()) and named(e, reading))
        if (spoken := self.spoken) is not None and self._since <= STALE:
            return tuple(e for e in live if e.id == spoken.id)
        return tuple(live) if len(live) == 1 or self.just_booked else ()

    def _told_subject(self, meant: Sequence[Event], reading: Reading) -> str | None:
        """What an appointment of no particular subject is said to be about: "es sobre el contrato"."""
        if len(meant) != 1 or reading.asks or not is_generic(reading, meant[0].title):
            return None
        bare = self.just_booked and reading.is_short and not (reading.acts or reading.mentions)
        said = [c.text for c in subjects(reading, 0, answering=True) if not is_generic(reading, c.text)] if bare else []
        return topic(reading) or next(iter(said), None)
