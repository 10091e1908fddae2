"""Phrases that were found, but do not mean it here: words of a time expression, nouns that look like verbs."""

from app.extraction.rules.acts import Act
from app.extraction.rules.lang import Lexicon
from app.extraction.rules.words import Hit, Word, Words
from app.temporal import TimeExpression


def meant(
    hits: list[Hit[Act]], words: Words, moments: list[TimeExpression], lexicon: Lexicon, text: str
) -> list[Hit[Act]]:
    """The hits that stand for what they say. `moments` are the time expressions of the message."""
    spans = [m.span for m in moments]
    named = [m.span for m in moments if m.shift is None]  # and not "ese día"
    if words.plain == 1:
        alone = next(i for i, w in enumerate(words) if not w.is_mark)
        if words[alone].text in lexicon.alone_words:  # "voy"
            return [Hit(Act.ACCEPT, alone, alone + 1)]
    if spans and any(h.tag is Act.QUERY for h in hits):
        hits = [h._replace(tag=Act.OFFER) if _asks_of_a_moment(words, h, spans, lexicon) else h for h in hits]
    return [
        h if not _denies_verb(words, h, spans) else h._replace(tag=Act.CANNOT)
        for h in hits
        if h.tag is not Act.NOTHING
        and (not _covered(words, h, spans) or _takes_leave(words, h))
        and _is_verb(words, h, lexicon, text)
        and (not _denies_verb(words, h, spans) or _of_a_moment(words, h, named))
        and not _counts_things(words, h, lexicon)
    ]


def _asks_of_a_moment(words: list[Word], hit: Hit[Act], spans: list[tuple[int, int]], lexicon: Lexicon) -> bool:
    """ "How about the 5th?" asks for a day, "how about the weather?" to look something up."""
    last = words[hit.last - 1]
    if hit.tag is not Act.QUERY or last.text not in lexicon.determined_words:
        return False
    if not any(words[hit.first].start <= a <= last.start < b for a, b in spans):
        return False
    return any(h.tag is Act.OFFER for h in lexicon.phrases.find(words[hit.first : hit.last - 1]))


def _covered(words: list[Word], hit: Hit[Act], spans: list[tuple[int, int]]) -> bool:
    """Words of a time expression are no acts: "hora" in "en una hora", "second" in "the second of May"."""
    start, end = words[hit.first].start, words[hit.last - 1].end
    return bool(spans) and any(a <= start and end <= b for a, b in spans)


def _takes_leave(words: list[Word], hit: Hit[Act]) -> bool:
    """ "Hasta el viernes!" at the beginning is no limit."""
    return hit.tag is Act.SEE_YOU and (hit.first == 0 or words[hit.first - 1].is_mark)


def _is_verb(words: list[Word], hit: Hit[Act], lexicon: Lexicon, text: str) -> bool:
    """In English a request's verb may be a noun: "my schedule" against "schedule a visit"."""
    if hit.tag is Act.BUSY and hit.last - hit.first == 1 and hit.first:  # "en el estudio"
        return words[hit.first - 1].text not in lexicon.determined_words
    if hit.tag not in (Act.REQUEST, Act.QUERY) or not lexicon.verb_after_words or hit.first == 0:
        return True
    before = words[hit.first - 1]
    if before.is_mark or not before.text:
        return True
    if hit.last - hit.first == 1 and text[words[hit.first].start].isupper() and not text.isupper():
        return False  # "hi Mark"
    if hit.tag is Act.QUERY:  # "my check engine light", "a mole check"
        phrase = words[max(hit.first - 2, 0) : hit.first]
        plain = before.text not in lexicon.verb_after_words and len(phrase) == 2 and not phrase[0].is_mark
        named = plain and phrase[0].text in lexicon.determiners_words
        return hit.last - hit.first > 1 or not (named or before.text in lexicon.determiners_words)
    if hit.last - hit.first > 1:
        return before.text not in lexicon.determiners_words
    return before.text in lexicon.verb_after_words


def _denies_verb(words: list[Word], hit: Hit[Act], spans: list[tuple[int, int]]) -> bool:
    """The "no" of "ese día no abro" answers nothing; that of "cita pero no mañana, sino …" refuses the day."""
    if hit.tag is not Act.REFUSE or hit.last - hit.first > 1 or words[hit.first].text != "no" or hit.first == 0:
        return False
    after = words[hit.last] if hit.last < len(words) else None
    if words[hit.first - 1].is_mark or after is None or after.is_mark:
        return False
    ends = {end for start, end in spans if start == after.start}
    return not any(w.is_mark and w.start - 1 <= end <= w.start for w in words[hit.last :] for end in ends)


def _of_a_moment(words: list[Word], hit: Hit[Act], spans: list[tuple[int, int]]) -> bool:
    """ "El jueves no curro": right behind the moment that it denies."""
    before = words[hit.first - 1]
    return any(start <= before.start < end for start, end in spans)


def _counts_things(words: list[Word], hit: Hit[Act], lexicon: Lexicon) -> bool:
    """ "Both dogs", "los dos perros": of things, not of what was offered."""
    after = words[hit.last] if hit.tag is Act.BOTH and hit.last < len(words) else None
    return after is not None and not after.is_mark and after.text.isalpha() and after.text not in lexicon.known
