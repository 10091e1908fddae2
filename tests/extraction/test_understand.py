"""One message by itself, for whoever holds the dialogue; and the notation of the word tables."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.extraction.rules import understand
from app.extraction.rules.acts import Act
from app.extraction.rules.lang import LEXICONS
from app.extraction.rules.phrase_tables import Phrases, spell_out
from app.extraction.rules.reading import read
from app.extraction.rules.subjects import subjects
from app.extraction.rules.words import Spelling, fold, split_words

AT = dt.datetime(2026, 5, 4, 9, 0, tzinfo=ZoneInfo("America/Lima"))  # a Monday


@pytest.mark.parametrize(
    ("text", "asked", "flags"),
    [
        ("sí porfa", "confirm", {"accepts"}),
        ("dale", None, {"accepts"}),
        ("perf", None, {"accepts"}),
        ("no puedo el jueves", None, {"refuses"}),
        ("can't make that", None, {"refuses"}),
        ("cancela mi cita de mañana", None, {"cancels"}),
        ("gotta cancel", None, {"cancels"}),
        ("podemos pasarla para el viernes?", None, {"moves", "asks"}),
        ("quiero un turno para color", None, {"creates"}),
        ("déjame ver y te confirmo", None, {"hedges"}),
        ("a qué hora abren el sábado?", None, {"looks_up", "asks"}),
        ("los dos", None, {"wants_all"}),
    ],
)
def test_what_a_message_does(text: str, asked: str | None, flags: set[str]):
    found = understand(text, AT, asked_slot=asked)  # type: ignore[arg-type]
    of = ("accepts", "refuses", "hedges", "cancels", "moves", "creates", "asks", "looks_up", "wants_all")
    assert flags <= {name for name in of if getattr(found, name)}
    assert not ({"accepts", "refuses", "cancels", "moves", "looks_up"} - flags) & {
        name for name in of if getattr(found, name)
    }


def test_an_answer_is_bound_to_the_question():
    [when] = understand("8 y media mejor", AT, asked_slot="time").options
    assert when.time is not None
    assert when.time.value == dt.time(8, 30)
    assert understand("limpieza dental", AT, asked_slot="title").title == "Limpieza dental"
    assert understand("Malabia 845 2°B", AT, asked_slot="place").place == "Malabia 845 2°B"
    assert understand("la segunda porfa", AT).choice == 2
    assert understand("the last one", AT).choice == -1


def test_a_shift_counts_from_what_was_talked_about():
    [when] = understand("una hora más tarde", AT, talked_about=AT.replace(day=7, hour=17)).options
    assert when.date is not None
    assert when.time is not None
    assert (when.date.value, when.time.value) == (dt.date(2026, 5, 7), dt.time(18, 0))


def test_the_tables_of_every_language_carry_the_same_acts():
    assert {frozenset(lexicon.acts) for lexicon in LEXICONS.values()} == {frozenset(Act)}


def test_stretched_and_short_words_are_known():
    short = {"q": "que"}
    words = split_words(fold("Holaaa, graciass q tal"), Spelling(frozenset({"hola", "gracias", "tal"}), short))
    assert [w.text for w in words] == ["hola", ",", "gracias", "que", "tal"]


def test_folding_keeps_every_place():
    text = "Ñandú, ÀÉÎ ß ﬁ İstanbul 😀 año"
    assert len(fold(text)) == len(text)
    assert fold("Ñandú") == "nandu"


def test_phrases_are_spelled_out():
    assert sorted(spell_out("te/lo anot{o,e} (ya)")) == sorted(
        [
            ["te", "anoto", "ya"],
            ["te", "anote", "ya"],
            ["te", "anoto"],
            ["te", "anote"],
            ["lo", "anoto", "ya"],
            ["lo", "anote", "ya"],
            ["lo", "anoto"],
            ["lo", "anote"],
        ]
    )


def test_the_longer_phrase_hides_the_shorter():
    phrases = Phrases({"no": "no", "fine": "no hay problema, no * problem, sin~ drama"})
    found = phrases.find(split_words("no hay problema"))
    assert [(h.tag, h.first, h.last) for h in found] == [("fine", 0, 3)]
    assert [h.tag for h in phrases.find(split_words("no big problem"))] == ["fine"]
    assert [h.tag for h in phrases.find(split_words("singular drama"))] == ["fine"]
    assert [h.tag for h in phrases.find(split_words("no no"))] == ["no", "no"]


def test_what_stands_in_a_document_or_its_name_was_not_said():
    found = understand("[Document] Cita 8 de mayo 10:00.pdf: nos vemos el viernes a las diez", AT)
    assert (found.expression, found.options, found.title) == (None, (), None)
    under = understand("¿el viernes a las 11?\n[Document] tarifas.pdf: desde el lunes a las 9", AT)
    assert [option.time.value.hour for option in under.options if option.time] == [11]


@pytest.mark.parametrize(
    ("text", "lang", "subject"),
    [
        ("muchas gracias", "es", None),
        ("digo, el miércoles", "es", None),
        ("no perdón, el miércoles", "es", None),
        ("masaje, mil gracias", "es", "masaje"),
        ("gracias, es para masaje", "es", "masaje"),
        ("oops, Friday", "en", None),
        ("many thanks", "en", None),
        ("a massage, thank you so much", "en", "massage"),
    ],
)
def test_thanks_and_slips_are_no_subject(text: str, lang: str, subject: str | None):
    reading = read(text, AT, lang=lang, expect=None)
    assert {c.text for c in subjects(reading, 0, answering=True)} == ({subject} if subject else set())
