"""What a word says may begin with it is all that can: the readers that are not tried would have found nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.temporal.atoms import _PLAIN_NUMBER, _length, _may_count
from app.temporal.clock import clock
from app.temporal.counted import counted, pointing_back
from app.temporal.lang import LANGUAGES
from app.temporal.lexicon import TOKEN, lexicon
from app.temporal.relative import day
from app.temporal.sentence import Sentence
from app.temporal.values import Options
from app.temporal.vocabulary import NUMBER, readings
from tests.temporal.cases import NOW

READERS = {"clock": clock, "counted": counted, "length": _length, "day": day}
PHRASES = sorted({phrase for language in LANGUAGES.values() for phrase in readings(language)})
PIECES = st.one_of(st.sampled_from(PHRASES), st.sampled_from("1 4 15 21 30 930 2026 , . : - / ' ( h boat".split()))


@settings(max_examples=400)
@given(st.lists(PIECES, min_size=1, max_size=7), st.sampled_from(["", " "]), st.sampled_from(["es", "en"]))
def test_nothing_begins_at_a_word_that_does_not_say_so(pieces, glue, lang):
    text = " ".join(pieces[:-1]) + glue + pieces[-1]
    known = lexicon((lang, *(code for code in LANGUAGES if code != lang)))
    s = Sentence(text, TOKEN.findall(text), known, NOW, Options(), day_first=True, expect=None)
    for place in range(s.size):
        begins = s[place].word.begins if s[place].num is None else NUMBER if _may_count(s[place + 1]) else _PLAIN_NUMBER
        for kind, read in READERS.items():
            assert kind in begins or read(s, place) is None, (kind, s[place], text)
        assert s[place].word.phrase is not None or pointing_back(s, place) is None
