"""The name of what an assistant found: "How about Loft Bar & Bistro in San Jose?" … "your table is booked"."""

from app.extraction.rules.acts import Act
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.reading import Reading
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot
from app.extraction.rules.words import Word, fold
from app.models import Role

#: What may stand between two words of one name.
_JOINTS = frozenset({"", "&", "-", "/", "'", "."})
_LONGEST = 8


def name_found(talk: Talk) -> Slot[str] | None:
    """The name that an assistant put forward last, or the one of them that the customer said."""
    named, found = list[str](), None
    for index, (message, reading) in enumerate(zip(talk.messages, talk.readings, strict=True)):
        if message.role is Role.USER:
            name = next((name for name in reversed(named) if fold(name) in reading.folded), None)
        elif reading.acts & {Act.CONFIRM, Act.FAILED}:
            continue
        else:
            new = [n for n in put_forward(reading) if " " in n or not _was_asked_for(talk, index, n)]
            named += new
            name = new[0] if new else None
        found = Slot(name, index, name) if name else found
    return found


def _was_asked_for(talk: Talk, before: int, name: str) -> bool:
    """ "I need a Psychiatrist" … "there is another Psychiatrist": of what kind it should be, and no name."""
    said = zip(talk.messages[:before], talk.readings[:before], strict=True)
    return any(m.role is Role.USER and fold(name) in reading.folded for m, reading in said)


def put_forward(reading: Reading) -> list[str]:
    """The names that a message puts forward; those behind "at" count where no other does."""
    spans = [(m.start, m.end) for m in reading.mentions] + reading.addresses
    plain, placed = list[str](), list[str]()
    first = 0
    while first < len(reading.words):
        begins = reading.text[reading.words[first].start]
        if not (begins.isupper() or begins.isdigit()):
            first += 1
            continue
        last = _end_of_name(reading, first, spans)
        run = reading.words[first:last]
        if run and not all(w.text in reading.lexicon.known for w in run):
            led = _lead(reading, first)
            if led in ("", "at"):
                (placed if led == "at" else plain).append(reading.text[run[0].start : run[-1].end])
        first = max(last, first + 1)
    return plain or placed


def _end_of_name(reading: Reading, first: int, spans: list[tuple[int, int]]) -> int:
    """Past the last word of the name that begins here; `first` when none does."""
    words, last = reading.words, first
    for position in range(first, min(first + _LONGEST, len(words))):
        word = words[position]
        between = reading.text[words[position - 1].end : word.start].strip() if position > first else ""
        if word.is_mark or between not in _JOINTS or any(a <= word.start < b for a, b in spans):
            break
        if _is_capital(reading, word) and not (position == first and _opens(reading, position)):
            last = position + 1
        elif not (word.text.isdigit() and position == first) and not (last > first and _joins(reading, word)):
            break
    return last


def _joins(reading: Reading, word: Word) -> bool:
    """ "Bodega de los Reyes", "Fork and Spoon"."""
    lexicon = reading.lexicon
    return (
        word.text in lexicon.joins_words or word.text in lexicon.articles_words
    ) and word.text not in lexicon.at_words


def _is_capital(reading: Reading, word: Word) -> bool:
    return reading.text[word.start].isupper() and word.text not in idioms("first_person")


def _opens(reading: Reading, position: int) -> bool:
    """Whether it is a plain word with a capital because a sentence begins: "There", "Great"."""
    begins = position == 0 or reading.words[position - 1].is_mark
    after = reading.words[position + 1] if position + 1 < len(reading.words) else None
    named = after is not None and not after.is_mark and _is_capital(reading, after)
    aside = after is not None and after.text == ","  # "Sadly, they are full"
    return begins and (aside or reading.words[position].text in reading.lexicon.known) and not named


def _lead(reading: Reading, first: int) -> str:
    """How a name is led in: by "at", by another preposition (a town), by "a" (a kind of thing), or by nothing."""
    lexicon = reading.lexicon
    before = [w.text for w in reading.words[max(first - 2, 0) : first]]
    if before and before[-1] in idioms("one"):
        return "a"
    if before and before[-1] in lexicon.determined_words:
        before = before[:-1]
    leads = lexicon.at_words | lexicon.nearby_words | lexicon.joins_words
    return before[-1] if before and before[-1] in leads else ""
