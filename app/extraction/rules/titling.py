"""Of the possible titles of an appointment the one that is written in the calendar."""

import re
from collections.abc import Sequence

from app.extraction.rules import subjects
from app.extraction.rules.lang import LEXICONS, Lexicon
from app.extraction.rules.lang.idioms import INFINITIVES, idioms
from app.extraction.rules.plan import Candidate, Plan
from app.extraction.rules.when import Slot
from app.extraction.rules.words import fold, names

#: "Reunión para lo de la página web" is "Reunión página web".
_ABOUT = re.compile(r" (?:para|por) (?:lo|el tema|un tema) de (?:la |el |los |las )?", re.IGNORECASE)
_EDGES = re.compile(r"^\W+")
_OWNER = re.compile(r"'s$")


def title_of(plan: Plan, locale: str) -> tuple[str, Candidate | None]:
    """The best title that was said, and where; without the place at its end, when that is known as the place."""
    text, found = _title_of(plan, locale)
    if plan.found and (found is None or found.weight < subjects.ANSWERED - 1):
        return _of_what_was_found(text, found, plan.found)
    if found is None or plan.place is None or found.weight >= subjects.TITLED:
        return text, found
    lexicon, where = LEXICONS.get(locale[:2], LEXICONS["es"]), fold(plan.place.value)
    words = lexicon.words(fold(text))
    for position, word in enumerate(words[1:-1], 1):
        rest = fold(text)[words[position + 1].start :]
        if word.text in lexicon.at_words and (where.startswith(rest) or rest.startswith(where)):
            left = [w.text for w in words[:position]]
            if not set(left) <= lexicon.generic_words | lexicon.desk_words | lexicon.joins_words:
                return text[: word.start].rstrip(), found
    return text, found


def _of_what_was_found(text: str, best: Candidate | None, found: Slot[str]) -> tuple[str, Candidate]:
    """ "Table for two, Loft Bar & Bistro": with whom an assistant books belongs in the calendar."""
    named = Candidate(found.value, subjects.NAMED, found.message, found.quote)
    if best is None or best.weight < subjects.NAMED:
        return found.value, named
    if names(found.value) <= names(text):
        return text, best
    return f"{text}, {found.value}", best


def _title_of(plan: Plan, locale: str) -> tuple[str, Candidate | None]:
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
    elif extra is None and _only_brings(said, lexicon):
        return lexicon.fallback, None  # "dejar": of what, nobody said
    elif extra and (said <= lexicon.desk_words | lexicon.fields_words or _only_brings(said, lexicon)):
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


def _only_brings(said: set[str], lexicon: Lexicon) -> bool:
    """ "Lo puede dejar el jueves": of the work that was asked for ("cambiar la correa")."""
    return lexicon.head_first and len(said) == 1 and said <= lexicon.light_words and _is_verb(said)


def _is_verb(said: set[str]) -> bool:
    return all(word.endswith(INFINITIVES) for word in said)


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
        and words[first + 1].text in idioms("desk_of")
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
