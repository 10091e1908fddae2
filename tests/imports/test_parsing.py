"""Text → messages: every shape of header, whatever is said in it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidRequest
from app.imports.content import read_content
from app.imports.headers import read_header
from app.imports.text import unmarked
from app.imports.values import Kind
from tests.imports.chats import NOW, SHAPES, Shape, parse, wall
from tests.support.examples import examples

_BYTES = st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"])
_WORDS = st.text(_BYTES, min_size=1, max_size=40).map(str.strip).filter(bool)
_TEXTS = st.lists(_WORDS | st.just(""), min_size=1, max_size=4).map("\n".join).map(str.strip).filter(bool)
_NAMES = st.text(st.characters(categories=["L", "Nd", "So"]), min_size=1, max_size=20).map(str.strip).filter(bool)


@st.composite
def _chats(draw: st.DrawFn) -> list[tuple[datetime, str, str]]:
    """A chat of two, in order of time, over enough days that one of them is after the twelfth."""
    authors = draw(st.lists(_NAMES, min_size=2, max_size=2, unique=True))
    at = datetime(2025, 1, 13) + timedelta(days=draw(st.integers(0, 17)), minutes=draw(st.integers(0, 1439)))
    chat = []
    for text in draw(st.lists(_TEXTS, min_size=1, max_size=8)):
        chat.append((at, draw(st.sampled_from(authors)), text))
        at += timedelta(minutes=draw(st.integers(0, 3000)), seconds=draw(st.integers(0, 59)))
    return chat


def _is_plain(text: str) -> bool:
    """No line of it is itself a header, of which no reader could tell that somebody typed it, and it is none of
    WhatsApp's own words (hypothesis finds those in our tables; test_content has them)."""
    if any(read_header(unmarked(line)) for line in text.split("\n")):
        return False
    return read_content(text).kind is Kind.TEXT and not read_content(text).edited


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
@settings(max_examples=examples(10), deadline=None)
@given(chat=_chats())
def test_what_is_written_is_read_back(shape: Shape, chat: list[tuple[datetime, str, str]]):
    chat = [(at, who, text if _is_plain(text) else "hola") for at, who, text in chat]
    text = "".join(f"{shape.head(at)}{who}: {body}{shape.end}" for at, who, body in chat)
    read = parse("\ufeff" + text)
    assert read.order is shape.order
    keep = timedelta(seconds=0 if shape.seconds else 59)
    for entry, (at, who, body) in zip(read.entries, chat, strict=True):
        assert timedelta() <= at - entry.at.replace(tzinfo=None) <= keep
        assert entry.author == who.removeprefix("~").strip()
        assert (entry.content.kind, entry.content.text) == (Kind.TEXT, unmarked(body))


def test_lines_that_follow_belong_to_the_message():
    chat = parse(
        "14/5/2025, 10:30 - Rosa: Necesito:\n- corte: largo\n\n- tinte 3/4\n14/5/2025, 10:31 - Salón Luz: Claro\n\n\n"
    )
    assert [entry.content.text for entry in chat.messages] == ["Necesito:\n- corte: largo\n\n- tinte 3/4", "Claro"]
    assert [entry.line for entry in chat.entries] == [1, 5]


def test_crlf_between_messages_and_lf_within():
    chat = parse("[14/5/25, 10:30:01] Rosa: una\ndos\r\n[14/5/25, 10:30:02] Luz: tres\r\n")
    assert [entry.content.text for entry in chat.messages] == ["una\ndos", "tres"]


def test_a_pasted_chat_of_another_shape_is_text():
    pasted = "[10:31, 3/4/2025] Ana: hola\n[10:32, 3/4/2025] Eva: qué tal"
    chat = parse(
        "14/5/2025, 10:30 - Rosa: mira\n" + pasted + "\n"
        + "".join(f"15/5/2025, 10:{minute} - Luz: ok\n" for minute in range(10, 16))
    )  # fmt: skip
    assert chat.messages[0].content.text == "mira\n" + pasted
    assert set(chat.authors) == {"Rosa", "Luz"}
    assert "2 lines" in chat.warnings[0]


def test_an_impossible_date_is_text():
    chat = parse("14/5/2025, 10:30 - Rosa: código\n99/99/9999, 10:31 - caduca\n14/5/2025, 25:30 - nunca\n")
    assert len(chat.entries) == 1
    assert chat.messages[0].content.text == "código\n99/99/9999, 10:31 - caduca\n14/5/2025, 25:30 - nunca"


@pytest.mark.parametrize(
    ("head", "time"),
    [
        ("14/5/2025, 12:05 a. m. - ", "00:05"),
        ("14/5/2025, 12:05 p. m. - ", "12:05"),
        ("14/5/2025, 1:05 p.m. - ", "13:05"),
        ("14/5/2025, 0:05 AM - ", "00:05"),
        ("14/5/2025, 13:05 PM - ", "13:05"),
        ("14/5/25, 3:05_PM - ", "15:05"),
        ("14-05-2025, 03.05 PM - ", "15:05"),
        ("14.05.25 15.05.09: ", "15:05"),
        ("[2025/5/14 下午3:05:09] ", "15:05"),
        ("14/5/2025, 3:05 μ.μ. - ", "15:05"),
        ("14/5/2568 15:05 - ", "15:05"),
        ("14/5/68 15:05 - ", "15:05"),
    ],
)
def test_clocks(head: str, time: str):
    assert wall(parse(head + "Rosa: hola")) == [f"2025-05-14T{time}"]


def test_authors_are_names_without_decoration():
    chat = parse(
        "[14/5/25, 10:30:01] ~\u202fRosa M.: hola\n[14/5/25, 10:30:02] \u202a+51\xa0999\xa0200\xa0001\u202c: sí\n"
        "[14/5/25, 10:30:03] Dr. 🤖: \n[14/5/25, 10:30:04] Rosa M.: null"
    )
    assert list(chat.authors) == ["Rosa M.", "+51 999 200 001", "Dr. 🤖"]
    assert [entry.content.kind for entry in chat.entries] == [Kind.TEXT, Kind.TEXT, Kind.EMPTY, Kind.EMPTY]


def test_notices_have_no_author_even_with_a_colon():
    chat = parse(
        '14/5/2025, 10:30 - Rosa cambió el asunto de "Lunes: pilates" a "Martes: pilates"\n'
        "14/5/2025, 10:31 - Rosa: hola\n14/5/2025, 10:32 - Rosa:sin espacio\n"
        "14/5/2025, 10:32 - Tu código de seguridad con Luz: Salón cambió. Toca para saber más.\n"
    )
    assert chat.notices == 3
    assert chat.authors == {"Rosa": 1}
    assert chat.is_group


def test_an_hour_that_comes_twice():
    madrid = ZoneInfo("Europe/Madrid")  # 2025-10-26: at 3:00 the clock went back to 2:00
    chat = parse(
        "25/10/2025, 20:00 - Rosa: uno\n26/10/2025, 2:30 - Rosa: dos\n26/10/2025, 2:50 - Rosa: tres\n"
        "26/10/2025, 2:10 - Rosa: cuatro\n26/10/2025, 3:10 - Rosa: cinco\n",
        zone=madrid,
    )
    offsets = [entry.at.utcoffset() for entry in chat.entries]
    assert [offset.seconds // 3600 for offset in offsets if offset] == [2, 2, 2, 1, 1]


def test_no_export():
    for text in ("", "Hola, ¿qué tal?\nBien", "[sin fecha] Rosa: hola"):
        with pytest.raises(InvalidRequest, match="chat that WhatsApp exported"):
            parse(text)


@settings(max_examples=examples(60), deadline=None)
@given(st.text(st.sampled_from("0123456789/.,:-[] apmAMrosa\u200e\u202f\n\r٣"), max_size=200))
def test_any_text_is_read_or_refused(text: str):
    try:
        chat = parse(text)
    except InvalidRequest:
        return
    assert all(entry.at.astimezone(NOW.tzinfo) < NOW + timedelta(days=2) for entry in chat.entries)
