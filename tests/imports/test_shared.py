"""The samples that lie beside the repository on the maintainers' machines, where they are present."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.imports.archive import read_source
from app.imports.questions import WhichOrder
from app.imports.values import Chat, Order
from tests.imports.chats import parse

UTC = ZoneInfo("UTC")


@pytest.fixture(scope="session")
def exports(shared_dir: Path) -> Path:
    return shared_dir / "fixtures" / "exports"


def counted(chat: Chat) -> dict[str, object]:
    return {
        "user_messages": len(chat.messages),
        "notices": chat.notices,
        "first": chat.entries[0].at.replace(tzinfo=None).isoformat(),
        "last": chat.entries[-1].at.replace(tzinfo=None).isoformat(),
        "authors": chat.authors,
        "omitted_media": sum(entry.content.omitted for entry in chat.messages),
        "attachments": sum(entry.content.attachment is not None for entry in chat.messages),
    }


def test_every_sample_is_read_as_it_was_counted(exports: Path):
    expected = json.loads((exports / "expected.json").read_text(encoding="utf-8"))
    assert expected
    for name, numbers in expected.items():
        found = counted(parse(read_source(exports / name).text, zone=UTC))
        assert {key: found[key] for key in numbers if key != "note"} == {
            key: value for key, value in numbers.items() if key != "note"
        }, name


def test_every_header(exports: Path):
    for case in json.loads((exports / "pustur_header_lines.json").read_text(encoding="utf-8"))["lines"]:
        try:
            chat = parse(case["line"], zone=UTC)
        except WhichOrder:
            chat = parse(case["line"], zone=UTC, asked=Order.DAY_FIRST)
        entry = chat.entries[0]
        read = (entry.author, entry.content.text, entry.at.replace(tzinfo=None).isoformat())
        assert read == (case["author"], case["message"], case["datetime"])


def test_every_attachment(exports: Path):
    for case in json.loads((exports / "pustur_attachment_lines.json").read_text(encoding="utf-8"))["lines"]:
        chat = parse(case["line"], zone=UTC, asked=Order.DAY_FIRST)
        assert chat.entries[0].content.attachment == case["attachment"]
