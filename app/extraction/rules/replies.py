"""Answers by number to a message that says what each stands for: "Responda 1 para confirmar, 2 para cancelar" … "1"."""

from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Reading
from app.extraction.rules.words import Hit

_NEAR = 4
_SAID = (Act.CANCEL, Act.MOVE, Act.REFUSE)


def take_by_number(before: Reading, reading: Reading) -> None:
    """Let a lone number say what stands behind it in the message `before`."""
    texts = reading.words.texts
    if sum(map(str.isalnum, texts)) != 1:
        return
    said = [n for n, text in enumerate(texts) if text.isalnum()]
    if not reading.words[said[0]].text.isdigit():
        return
    act = _stands_for(before, reading.words[said[0]].text)
    if act is None:
        return
    reading.mentions, reading.choice = [], None
    reading.hits, reading.acts = [Hit(act, said[0], said[0] + 1)], {act}
    for segment in reading.segments:
        held = segment.first <= said[0] < segment.last
        segment.hits, segment.acts = (reading.hits, {act}) if held else ([], set())


def _stands_for(before: Reading, number: str) -> Act | None:
    inside = [(m.start, m.end) for m in before.mentions if not m.when.text.isdigit()]
    places = [
        n
        for n, w in enumerate(before.words)
        if len(w.text) == 1 and w.text.isdigit() and not any(a <= w.start < b for a, b in inside)
    ]
    first = next((n for n in places if before.words[n].text == number), None)
    if first is None or len(places) < 2:
        return None
    end = min([n for n in places if n > first] + [first + 1 + _NEAR])
    if any(w.text in before.lexicon.confirming_words for w in before.words[first + 1 : end]):
        return Act.ACCEPT
    tags = {h.tag for h in before.hits if first < h.first < end}
    return next((act for act in _SAID if act in tags), None)
