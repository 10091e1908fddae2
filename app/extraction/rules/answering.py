"""What answers "what is it about?"."""

from app.extraction.rules.acts import Act
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.phrases import ANSWERED, inside, trimmed
from app.extraction.rules.plan import Candidate
from app.extraction.rules.reading import Reading
from app.extraction.rules.words import Word

_NO_ANSWER = frozenset({Act.ACCEPT, Act.REFUSE, Act.HEDGE, Act.CANNOT, Act.GIVE_UP, Act.CANCEL, Act.MOVE, Act.PROMISE})
#: "Lo consulto y te digo": what ends so is no subject.
_PUTS_OFF = frozenset({Act.HEDGE, Act.PROMISE})
_ABOUT = idioms("about")


def answer(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """What answers "what is it about?": the first stretch that says more than yes."""
    lexicon = reading.lexicon
    moving = {reading.words[h.first].start for h in reading.hits if h.tag is Act.MOVE and _leads_on(reading, h.last)}
    polite = {w.start for h in reading.hits if h.tag is Act.THANKS for w in reading.words[h.first : h.last]}
    for segment in _stretches(reading):
        words = list(segment)
        while words and (
            inside(words[0], taken) or words[0].is_mark or words[0].text in lexicon.answers_words | _ABOUT
        ):
            words.pop(0)
        run: list[Word] = []
        for word in words:
            if word.is_mark and word.text not in ":," or word.text in idioms("courtesy") or inside(word, taken):
                break
            if word.start in polite:  # "muchas" of "muchas gracias"
                break
            if run and word.start in moving:
                break
            run.append(word)
        run = trimmed(reading, run, titled=True)
        plain = [w.text for w in run if not w.is_mark]
        if not plain or lexicon.stops_words | lexicon.joins_words | lexicon.apologies_words >= {*plain}:
            continue
        first, last = reading.words.index(run[0]), reading.words.index(run[-1]) + 1
        covered = sum(
            min(h.last, last) - max(h.first, first)
            for h in reading.hits
            if h.first < last and h.last > first and h.tag in _NO_ANSWER
        )
        if covered >= len(plain) or any(h.tag in _PUTS_OFF and first < h.first < last for h in reading.hits):
            continue
        text = reading.text[run[0].start : run[-1].end]
        return [Candidate(text, ANSWERED if len(plain) <= 7 else ANSWERED - 3.5, index, text)]
    return []


def _leads_on(reading: Reading, last: int) -> bool:
    """Whether a moment follows the words that end there: "masaje, mejor a la 1"."""
    end = reading.words[last - 1].end
    return any(m.start <= end + 1 < m.end for m in reading.mentions)


def _stretches(reading: Reading) -> list[list[Word]]:
    """The words sentence by sentence."""
    sentences: dict[int, list[Word]] = {}
    for segment in reading.segments:
        sentences.setdefault(segment.sentence, []).extend(reading.words[segment.first : segment.last])
    return list(sentences.values())
