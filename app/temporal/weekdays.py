"""Weekdays: "el próximo viernes", "this Monday", "vie 13", and whether an abbreviation that is also a word is one."""

from __future__ import annotations

from dataclasses import replace

from app.temporal.nodes import Day
from app.temporal.sentence import Sentence

Read = tuple[Day, int]
_MODS = ("upcoming", "next", "last", "this", "after_next")


def named_weekday(s: Sentence, i: int) -> Read | None:
    j = i + 1 if s[i].has("article") else i
    before = modifier(s, j)
    mod, k = before or (None, j)
    weekday = s[k].word.weekday
    if weekday is None or s[k].num is not None:
        return None
    if s[k].word.weak and not _in_company(s, i, k):
        return None
    end = k + 1
    if s.sign(end, ".", glued=True) and s[k].word.weak and len(s[k].norm) <= 4:
        end += 1
    found = Day(weekday=weekday, mod=mod)
    if mod in (None, "this"):
        found, end = _after_weekday(s, found, end)
    return found, end


def modifier(s: Sentence, i: int) -> tuple[str, int] | None:
    """this, next, upcoming, last or after_next."""
    word = s[i].word
    if word.roles.isdisjoint(_MODS):
        return None
    if s[i].has("this") and s[i + 1].has("upcoming"):
        return "upcoming", i + 2
    if s[i].has("this") and s[i + 1].has("last") and s[i + 2].word.weekday is not None:
        return "recent", i + 2  # "este pasado miércoles"
    if s[i].has("this") and s[i + 1].has("next"):
        return "upcoming", i + 2
    for mod in _MODS:
        if mod in word.roles:
            return mod, i + 1
    return None


def _after_weekday(s: Sentence, found: Day, end: int) -> Read:
    """ "el viernes que viene", "lunes próximo", "Friday after next", "friday week"."""
    word = s[end].word
    if word.phrase == "next-after":
        return replace(found, mod="upcoming"), end + 1
    if word.phrase == "after-next":
        return replace(found, mod="after_next"), end + 1
    if s[end].has("next") and s[end + 1].word.unit is None and s[end + 1].word.weekday is None:
        return replace(found, mod="next"), end + 1
    if s[end].has("last") and s[end].word.ordinal is None and not s[end].has("past"):
        return replace(found, mod="recent" if found.mod == "this" else "last"), end + 1
    if s[end].has("week_on"):
        return replace(found, plus_days=7), end + 1
    if s[end].word.unit == "fortnight" and not s[end - 1].word.weak:
        return replace(found, plus_days=14), end + 1
    return found, end


def _in_company(s: Sentence, i: int, k: int) -> bool:
    """Whether an abbreviation that is also a word ("sat", "mar", "vie") stands where a weekday would."""
    short = len(s[k].norm) <= 2
    everyday = s[k].has("thing")  # "el mar está lindo", "the sun is out"
    if i < k and not s[i].has("at_weak") and not short and not (everyday and s[i].has("article")):
        return True
    if (s[k - 1].has("on") and not short) or (s[k - 1].has("to") and s[k - 2].word.weekday is not None):
        return True
    name = s.text[s[k].start : s[k].end]
    if name.istitle() and not (short or everyday or s.lexicon.main.articles_tell):
        before = s[k - 1]
        if before.norm.isalpha() and s.text[before.start : before.end].islower() and not s[k + 1].norm.isalpha():
            return True  # "I'm next door Wed, …"
    after = s[k + 2] if s.sign(k + 1, ".", glued=True) else s[k + 1]
    if (after.has("and") or after.has("or")) and s[k + 2].word.weekday is not None and not s[k + 2].word.weak:
        return True  # "sat and tue please"
    if (after.has("from") or after.has("between")) and not s[k - 1].norm.isalpha():
        return True  # "sat from 11 to 1", but not "he sat from …"
    if (after.has("to") or after.norm == "-") and s[k + 2].word.weekday is not None:
        return True
    about = after.has("about") and s[k + 2].num is not None and s[k + 3].word.unit is None  # "wed around 4"
    if after.has("at") or about or after.num is not None or after.word.part is not None:
        return not short or (after.num is not None and not after.blocked)
    if s.sign(k + 1, ",") and s[k + 2].num is not None:
        return True
    return s.size == 1 or (
        s.size <= 4
        and all(
            not s[x].norm.isalpha() or x == k or s[x].word.weekday is not None or s[x].has("or") for x in range(s.size)
        )
    )
