"""What we say of a moment is read back to the same moment: the batch reads our sentences too."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.agent.wording import join_words, say_moment, say_precisely
from app.temporal import find
from tests.support.examples import examples

ZONE = ZoneInfo("America/Mexico_City")
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=ZONE)
MOMENTS = st.datetimes(dt.datetime(2026, 3, 3), dt.datetime(2027, 2, 1)).map(
    lambda m: m.replace(minute=m.minute // 5 * 5, second=0, microsecond=0, tzinfo=ZONE)
)


@pytest.mark.parametrize("lang", ["es", "en"])
@given(moment=MOMENTS)
@settings(max_examples=examples(60), deadline=None)
def test_moments_are_read_back(lang, moment) -> None:
    in_a_sentence = say_moment(moment, lang, today=NOW.date())
    for words in (in_a_sentence, say_precisely(moment, lang), f"Listo, agendado: Yoga, el {in_a_sentence}."):
        [found] = find(words, reference=NOW, lang=lang)
        assert found.start() == moment, words


@pytest.mark.parametrize("lang", ["es", "en"])
@given(moment=MOMENTS, minutes=st.integers(3, 60).map(lambda n: n * 5))
@settings(max_examples=examples(60), deadline=None)
def test_ranges_are_read_back(lang, moment, minutes) -> None:
    end = moment + dt.timedelta(minutes=minutes)
    if end.date() != moment.date():
        return
    for words in (say_moment(moment, lang, end=end, today=NOW.date()), say_precisely(moment, lang, end=end)):
        [found] = find(words, reference=NOW, lang=lang)
        assert (found.start(), found.end()) == (moment, end), words


@pytest.mark.parametrize(
    ("items", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a o b"), (["a", "b", "c"], "a, b o c")],
)
def test_choices(items, said) -> None:
    assert join_words(items, "es", choice=True) == said
