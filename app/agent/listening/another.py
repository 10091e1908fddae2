""" "Y otra para mi hijo": one more appointment like the one before, and what it takes from that one."""

from collections.abc import Mapping

from app.agent.lang import TABLES
from app.agent.listening.persons import MINE, comes_along, lang_of, whom, whose
from app.agent.listening.topics import has_own
from app.agent.listening.wish import Wish
from app.agent.wording import Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.phrase_tables import Phrases
from app.extraction.rules.reading import Reading
from app.extraction.rules.subjects import NAMED
from app.extraction.rules.when import When

_NOT_ANOTHER = frozenset({Act.CANCEL, Act.MOVE, Act.CANNOT, Act.PAST, Act.OTHERS})
_ANOTHER: Mapping[Lang, Phrases[bool]] = {
    lang: Phrases({True: table.another, False: table.no_other}) for lang, table in TABLES.items()
}


def asks_another(reading: Reading, lang: Lang) -> bool:
    """Whether it wishes for one more of what was spoken of: "otra más", "one for my son too"."""
    if reading.acts & _NOT_ANOTHER:
        return False
    hits = _ANOTHER[lang].find(reading.words)
    if any(not h.tag for h in hits):
        return False
    return bool(hits) or comes_along(reading) or (Act.MORE in reading.acts and whom(reading, lang) is not None)


def alike(reading: Reading) -> bool:
    """Whether it wants the same once more: "y el 29 también", "Friday too"."""
    more = Act.MORE in reading.acts or asks_another(reading, lang_of(reading))
    says = more and _ALIKE & {w.text for w in reading.words}
    return bool(says) and not reading.acts & {*_NOT_ANOTHER, Act.REFUSE} and not has_own(reading, None)


_ALIKE = frozenset("tambien igual too same likewise".split())


def another(reading: Reading, like: Wish, lang: Lang) -> Wish:
    """A new wish after `like` (the one before it, or what stands): its subject, and its day if somebody comes along.

    One more for oneself is on a day of its own, unless nothing but its hour is said.
    """
    person = whom(reading, lang)
    wish = Wish(person=person)
    subject = like.title or like.generic
    nouns = reading.lexicon.generic_words | reading.lexicon.desk_words
    told = person is not None or not any(
        w.text in nouns - {"one"} and not any(m.start <= w.start < m.end for m in reading.mentions)
        for w in reading.words
    )
    if subject and told and not has_own(reading, person):
        bare = subject.split(" (")[0]
        wish.title = f"{bare} ({person})" if person else bare if whose(reading) == MINE else subject
        wish.title_weight = NAMED + 1
    hour_alone = any(m.when.time for m in reading.mentions) and not any(m.when.date for m in reading.mentions)
    if (person or hour_alone) and like.when.date:
        wish.when = When(date=like.when.date)
    return wish
