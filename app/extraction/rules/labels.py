"""Whose or what each of several moments is: "Mateo 4 pm", "usted a las 9", "el viernes a las 5 manicure"."""

from app.extraction.rules import subjects
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Candidate, Plan
from app.extraction.rules.reading import Reading
from app.extraction.rules.talk import Talk
from app.extraction.rules.words import names


def labels_of(talk: Talk, options: list[Option], reading: Reading) -> list[Candidate | None]:
    labels: list[Candidate | None] = []
    floor = 0
    for option in options:
        span = subjects.label_before(reading, option.start, floor)
        if span is None and option.hour_at >= 0:  # "el sábado usted a las 9"
            span = subjects.label_before(reading, option.hour_at, max(floor, option.start))
        floor = option.end
        text = reading.text[span[0] : span[1]] if span else ""
        labels.append(Candidate(text, subjects.LABELLED, len(talk.messages) - 1, text) if span else None)
    if len(options) > 1 and not any(labels) and reading.lexicon.head_first:
        after = [_label_after(reading, o.end, n.start) for o, n in zip(options, [*options[1:], None], strict=True) if n]
        after.append(_label_after(reading, options[-1].end, len(reading.text)))
        if all(after) and len(set(after)) == len(after):  # "el viernes a las 5 manicure y el sábado a las 11 pedicure"
            labels = [Candidate(text, subjects.LABELLED, len(talk.messages) - 1, text) for text in after if text]
    elif len(options) > 1 and any(labels) and not all(labels) and reading.lexicon.head_first:
        ends = [*(o.start for o in options[1:]), len(reading.text)]
        for n, (option, end) in enumerate(zip(options, ends, strict=True)):
            named = _label_after(reading, option.end, end) if labels[n] is None and n == len(options) - 1 else None
            if named and not any(label and named in label.text for label in labels):
                labels[n] = Candidate(named, subjects.LABELLED, len(talk.messages) - 1, named)
    known = [label is not None and by_label(talk, label) is not None for label in labels]
    if (
        len(options) == 1 or sum(label is not None for label in labels) < 2
    ):  # a lone name is a greeting, or who comes along
        labels = [
            label
            if label is None or seen or _is_service(label.text, reading) or _is_also_for(option, label, reading)
            else None
            for option, label, seen in zip(options, labels, known, strict=True)
        ]
    return labels


def _is_also_for(option: Option, label: Candidate, reading: Reading) -> bool:
    """ "El viernes a las 4 y a mi primo a las 4:40": a relative, besides the speaker."""
    people = names(label.text) <= reading.lexicon.people_words
    return option.joined == "also" and people and option.when.time is not None


def _label_after(reading: Reading, start: int, end: int) -> str | None:
    """The service named between a moment and the next one."""
    lexicon = reading.lexicon
    for word in reading.words:
        if start <= word.start and word.end <= end:
            if word.text in ".?!;\n" or word.text in lexicon.either_words:
                return None
            if word.text in lexicon.services_words - lexicon.generic_words - lexicon.desk_words:
                return reading.text[word.start : word.end]
    return None


def by_label(talk: Talk, label: Candidate) -> Plan | None:
    words = {w for w in names(label.text) if len(w) > 2}
    for plan in reversed(talk.plans):
        if plan.live and plan.label and words & names(plan.label.text):
            return plan
    return None


def _is_service(text: str, reading: Reading) -> bool:
    return bool(names(text) & (reading.lexicon.services_words - reading.lexicon.generic_words))
