"""Cases from files, predictions into files, and why an event is what it is."""

import json
from pathlib import Path

import pytest

from app.errors import InvalidRequest
from app.extraction.base import Extraction, Reason
from app.extraction.cases import extract_file, read_cases
from app.extraction.explain import explain, reason_text
from app.extraction.rules import RulesExtractor, read_events
from tests.extraction.chats import POSITIVE, Chat

CASE = {
    "id": "one",
    "timezone": "America/Lima",
    "messages": [
        {"role": "user", "at": "2026-05-04T09:00", "text": "anotame el jueves a las 5 para un corte"},
        {"role": "bot", "text": "Listo, anotado"},
    ],
    "events": [{"title": "never read"}],
}


def write(path: Path, *lines: object) -> Path:
    path.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines),
        encoding="utf-8",
    )
    return path


def test_cases_in_predictions_out(tmp_path: Path):
    out = tmp_path / "out.jsonl"
    day = {
        "id": "two",
        "reference_date": "2026-05-04",
        "timezone": "America/Lima",
        "messages": [
            {"role": "user", "text": "I'd like to book a viewing of the flat for the 12th of May"},
            {"role": "bot", "text": "Your viewing is booked."},
        ],
    }
    assert extract_file(write(tmp_path / "in.jsonl", CASE, "", day), out, RulesExtractor()) == 2
    first, second = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert first["id"] == "one"
    assert [(e["title"], e["start"], e["status"]) for e in first["events"]] == [
        ("Corte", "2026-05-07T17:00", "confirmed")
    ]
    assert second["events"][0]["start"] == "2026-05-12"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "line 2"),
        ("[]", "line 2: a case is a JSON object"),
        ({"id": "x", "timezone": "America/Lima"}, "line 2: 'messages' is missing"),
        ({"messages": []}, "line 2: 'id' is missing"),
        ({"id": "x", "timezone": "Mars/Base", "messages": []}, "line 2"),
        ({"id": "x", "messages": [{"role": "user", "text": "hola"}]}, "line 2: message 0 has no time"),
        (
            {"id": "x", "reference": "2026-05-04", "messages": [{"role": "judge", "text": "hola"}]},
            "line 2: message 0: role must be user or bot",
        ),
        (
            {"id": "x", "reference": "2026-05-04", "messages": [{"role": "user", "text": 5}]},
            "line 2: message 0: text must be a string",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object, what: str):
    with pytest.raises(InvalidRequest, match=r"cases\.jsonl") as error:
        list(read_cases(write(tmp_path / "cases.jsonl", CASE, line)))
    assert what in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InvalidRequest, match=r"nowhere\.jsonl"):
        list(read_cases(tmp_path / "nowhere.jsonl"))


def test_nothing_but_the_messages_is_read(tmp_path: Path):
    bare = {key: CASE[key] for key in ("id", "timezone", "messages")}
    [(_, full)] = read_cases(write(tmp_path / "a.jsonl", CASE))
    [(_, same)] = read_cases(write(tmp_path / "b.jsonl", bare))
    assert full == same


def test_the_explanation_shows_each_slot_with_its_words():
    chat = next(c for c in POSITIVE if c.name == "the place comes late")
    transcript = chat.transcript()
    text = explain(transcript, Extraction(events=read_events(transcript), extractor="rules"))
    assert "1. CONFIRMED" in text
    assert 'place         "Av. Los Fresnos 245, Ate"  in message 5' in text
    assert "settled by" in text
    assert "Wed 06 May 2026 09:00" in text


def test_the_explanation_says_why_something_waits():
    chat = Chat("wait", "u: podrían atenderme el jueves a las 5 para un corte?")
    transcript = chat.transcript()
    text = explain(transcript, Extraction(events=read_events(transcript), extractor="rules"))
    assert "PROPOSED" in text
    assert reason_text("not_settled") in text


def test_every_reason_has_a_sentence():
    assert all(" " in reason_text(reason) for reason in Reason)


def test_a_conversation_without_events_says_so():
    transcript = Chat("none", "u: hola\nb: buenas").transcript()
    assert "No event" in explain(transcript, Extraction(events=(), extractor="rules"))
