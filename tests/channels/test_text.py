"""Cutting a reply into messages."""

import re
import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from app.channels.text import clean, sendable, split_text, width

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 10, []),
        (" \n ", 10, []),
        (" Hola. ", 10, ["Hola."]),
        ("Uno. Dos. Tres.", 9, ["Uno. Dos.", "Tres."]),
        ("Uno. Dos. Tres.", 10, ["Uno. Dos.", "Tres."]),
        ("¿Uno? ¡Dos! Tres…", 12, ["¿Uno? ¡Dos!", "Tres…"]),
        ("Dijo «ya.» Y se fue", 12, ["Dijo «ya.»", "Y se fue"]),
        ("*Listo.* Nos vemos", 12, ["*Listo.*", "Nos vemos"]),
        # No end of a sentence: half a time, a title, a decimal, a place in a list
        ("Mañana a las 10 a. m. del lunes", 25, ["Mañana a las 10 a. m. del", "lunes"]),
        ("Con la Dra. Gómez Ruiz", 18, ["Con la Dra. Gómez", "Ruiz"]),
        ("Mide unos aprox. dos metros", 22, ["Mide unos aprox. dos", "metros"]),
        ("Son 12.50 euros hoy", 15, ["Son 12.50 euros", "hoy"]),
        ("1. Corte de pelo\n2. Tinte", 20, ["1. Corte de pelo", "2. Tinte"]),
        ("A las 9\nA las 10 y media", 20, ["A las 9", "A las 10 y media"]),
        ("Escríbenos: hola@x.example.com", 12, ["Escríbenos:", "hola@x.examp", "le.com"]),
        ("a las 10:00\u00a0h", 12, ["a las", "10:00\u00a0h"]),
        ("🎉🎉🎉", 4, ["🎉🎉", "🎉"]),
        (FAMILY * 2, 12, [FAMILY, FAMILY]),
        ("e\u0301" * 3, 5, ["e\u0301e\u0301", "e\u0301"]),
        ("🇪🇸🇵🇹", 6, ["🇪🇸", "🇵🇹"]),
    ],
)
def test_cuts(text: str, limit: int, parts: list[str]) -> None:
    assert split_text(text, limit) == parts


def test_an_emoji_counts_as_twilio_may_count_it() -> None:
    assert (width(""), width("ñ€"), width("a🎉"), width(FAMILY)) == (0, 2, 3, 11)


def test_a_long_run_of_stops_takes_no_long_time() -> None:
    began = time.perf_counter()
    assert "".join(split_text("." * 64_000, 1600)) == "." * 64_000
    assert time.perf_counter() - began < 1


def test_a_limit_must_hold_a_character() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        split_text("hola", 1)
    assert split_text(FAMILY, 2) == ["👨", "\u200d", "👩", "\u200d", "👧", "\u200d", "👦"]


pieces = st.sampled_from(
    ["Hola", "Sr.", "fin.", "¿Sí?", " ", "\n", "\u00a0", "🎉", FAMILY, "e\u0301", "\r\n", "1.", "x" * 30]
)
texts = st.one_of(st.lists(pieces, max_size=60).map("".join), st.text(max_size=300))


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(texts, st.integers(min_value=2, max_value=80))
def test_nothing_but_space_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert without_space("".join(parts)) == without_space(text)
    rest = text
    for part in parts:
        assert part
        assert part == part.strip()
        assert width(part) <= limit
        before, found, rest = rest.partition(part)
        assert found
        assert not before.strip()
    assert not rest.strip()


@given(texts, st.integers(min_value=12, max_value=80))
def test_no_grapheme_is_cut_that_fits(text: str, limit: int) -> None:
    # Combining marks after a space make a grapheme of their own with it, so only marks within words count.
    graphemes = [one for one in regex.findall(r"\X", text) if not re.search(r"\s", one) and width(one) <= limit]
    kept = [one for part in split_text(text, limit) for one in regex.findall(r"\X", part)]
    for grapheme in {one for one in graphemes if len(one) > 1}:
        assert kept.count(grapheme) == graphemes.count(grapheme)


@given(st.text(st.characters(codec=None)))
def test_clean_text_can_be_stored(text: str) -> None:
    assert "\x00" not in clean(text)
    clean(text).encode()
    assert clean(clean(text)) == clean(text)


def test_cleaning_leaves_what_is_well() -> None:
    text = "Ñandú\t\n🎉 \u200f\u05d0 \ufeff"
    assert clean(text) == sendable(text) == text
    assert clean("\ud83c\udf89 \ud83c\udf89") == "🎉 🎉"
    assert sendable("a\x1b[0m\x0cb\uffff") == "a[0mb"
