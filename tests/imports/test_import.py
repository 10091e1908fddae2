"""`hilo import` against a real Postgres: stored once, beside what came by webhook, never answered, read for events."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.rows import dict_row

from app.imports.archive import read_source
from app.models import InboundMessage
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.cli.conftest import Ended, Hilo
from tests.cli.terminal import Terminal
from tests.imports.chats import parse

OURS = "whatsapp:+14155238886"
ROSA = "whatsapp:+51999200001"
LIMA = ZoneInfo("America/Lima")

CHAT = (
    "13/5/2025, 10:30 - Los mensajes y las llamadas están cifrados de extremo a extremo. Toca para saber más.\n"
    "13/5/2025, 10:30 - Rosa: Hola, ¿me agendas para el viernes a las 10 de la mañana? Es una limpieza facial\n"
    "13/5/2025, 10:31 - Salón Luz: Listo, agendado\n"
    "13/5/2025, 10:32 - Rosa: ok\n"
    "13/5/2025, 10:32 - Rosa: ok\n"
    "13/5/2025, 10:33 - Rosa: IMG-20250513-WA0001.jpg (archivo adjunto)\nasí\n"
    "13/5/2025, 10:33 - Rosa: <Multimedia omitido>\n"
    "13/5/2025, 10:34 - Salón Luz: Se eliminó este mensaje.\n"
)
MORE = "14/5/2025, 9:00 - Rosa: ok\n14/5/2025, 9:01 - Salón Luz: Te esperamos\n"


def write(hilo: Hilo, text: str, name: str = "chat.txt") -> str:
    (hilo.folder / name).write_text(text, encoding="utf-8")
    return name


def bring(hilo: Hilo, text: str, *more: str) -> Ended:
    return hilo.here("import", write(hilo, text), "--contact", "+51 999 200 001", "--me", "Salón Luz", *more)


@pytest.fixture
def rows(hilo: Hilo) -> Iterator[Any]:
    with psycopg.connect(hilo.env["DATABASE_URL"], autocommit=True, row_factory=dict_row) as connection:
        yield lambda query: connection.execute(query).fetchall()


MESSAGES = "select * from whatsapp_messages order by conversation_id, sent_at, seq"


def receive(hilo: Hilo, body: str, at: datetime, sid: str, *, contact: str = ROSA, **given: Any) -> None:
    """A message as a webhook brings it."""

    async def store() -> None:
        database = await PostgresDatabase.connect(hilo.env["DATABASE_URL"])
        await Store(database).ensure_default_tenant(timezone="America/Lima", locale="es")
        message = {"provider": "twilio", "channel_address": OURS, "contact": contact, "message_sid": sid}
        await Store(database).store_message(InboundMessage(**(message | {"body": body, "sent_at": at} | given)))
        await database.close()

    asyncio.run(store())


def test_a_chat_comes_in_and_is_read(hilo: Hilo, rows: Any):
    done = bring(hilo, CHAT)
    assert done.code == 0, done.err
    assert "7 new messages, 0 imported before, 0 that came by webhook" in done.lines
    found = rows(MESSAGES)
    assert [row["body"] for row in found] == [
        "Hola, ¿me agendas para el viernes a las 10 de la mañana? Es una limpieza facial",
        "Listo, agendado", "ok", "ok", "[Image] así", "[Media]", "[Deleted message]",
    ]  # fmt: skip
    assert [row["role"] for row in found] == ["user", "bot", "user", "user", "user", "user", "bot"]
    assert [row["sent_at"].astimezone(LIMA).strftime("%d %H:%M") for row in found][:3] == [
        "13 10:30",
        "13 10:31",
        "13 10:32",
    ]
    assert found[4]["media"] == [{"url": "export:IMG-20250513-WA0001.jpg", "content_type": "image/jpeg"}]
    assert all(row["processed"] and row["conversation_id"] == ROSA for row in found)
    # It was over long before it was read: history, and nothing for a calendar.
    (event,) = rows("select * from extracted_events")
    assert (event["status"], event["history"]) == ("confirmed", True)
    assert event["start"].astimezone(LIMA) == datetime(2025, 5, 16, 10, tzinfo=LIMA)
    (conversation,) = rows("select * from whatsapp_conversations")
    assert (conversation["contact_name"], conversation["phone"]) == ("Rosa", "+51999200001")
    assert conversation["reply_due_at"] is None
    assert conversation["last_message_at"].astimezone(LIMA) == datetime(2025, 5, 13, 10, 34, tzinfo=LIMA)


def test_again_and_longer_adds_what_is_new(hilo: Hilo, rows: Any):
    bring(hilo, CHAT, "--no-process")
    before = rows(MESSAGES)
    again = bring(hilo, CHAT)
    assert "0 new messages, 7 imported before, 0 that came by webhook" in again.lines
    longer = bring(hilo, CHAT + MORE)
    assert "2 new messages, 7 imported before, 0 that came by webhook" in longer.lines
    # The phone forgets its oldest messages, and writes times in its own way: still the same ones.
    late = CHAT.split("\n", 4)[4].replace("13/5/2025, ", "13/05/25, ")
    assert "0 new messages, 4 imported before" in bring(hilo, late).out
    after = rows(MESSAGES)
    assert [row["id"] for row in after[: len(before)]] == [row["id"] for row in before]
    assert [row["body"] for row in after[len(before) :]] == ["ok", "Te esperamos"]


def test_what_came_by_webhook_is_not_doubled(hilo: Hilo, rows: Any):
    start = datetime(2025, 5, 13, 10, 30, tzinfo=LIMA)
    first = "Hola, ¿me agendas para el viernes a las 10 de la mañana? Es una  limpieza facial "
    receive(hilo, first, start + timedelta(seconds=62), "SM1")  # the server's clock is a little later
    receive(hilo, "ok", start + timedelta(seconds=140), "SM2")
    receive(
        hilo,
        "[Image]",
        start + timedelta(seconds=185),
        "SM3",
        media=({"url": "https://x", "content_type": "image/png"},),
    )
    receive(hilo, "ok", start + timedelta(days=1), "SM4")
    for stored in ("4 new messages, 0 imported before, 3", "0 new messages, 4 imported before, 3"):
        done = bring(hilo, CHAT, "--no-process")
        assert f"{stored} that came by webhook" in done.lines, done.out
    found = rows(MESSAGES)
    assert len(found) == 8
    assert [row["body"] for row in found].count("ok") == 3
    # What was said after a webhook's message in the same minute stands after it.
    order = [(row["provider"], row["body"]) for row in found if row["body"] == "ok"]
    assert order == [("twilio", "ok"), ("export", "ok"), ("twilio", "ok")]


def test_another_direction_or_contact_is_another_message(hilo: Hilo, rows: Any):
    at = datetime(2025, 5, 13, 10, 32, tzinfo=LIMA)
    receive(hilo, "ok", at, "SM1", direction="outbound", role="bot")
    receive(hilo, "ok", at, "SM2", contact="whatsapp:+51999200002")
    assert "7 new messages" in bring(hilo, CHAT).out
    other = hilo.here("import", "chat.txt", "--contact", "+51999200009", "--me", "Salón Luz", "--no-process")
    assert "7 new messages, 0 imported before" in other.out
    assert len(rows(MESSAGES)) == 16


def test_nothing_of_it_is_answered_also_not_later(hilo: Hilo, rows: Any):
    receive(hilo, "¿siguen abiertos?", datetime.now(UTC) - timedelta(seconds=1), "SM1")
    (before,) = rows("select reply_due_at, answered_seq from whatsapp_conversations")
    assert before["reply_due_at"] is not None
    bring(hilo, CHAT)
    (after,) = rows("select reply_due_at, answered_seq from whatsapp_conversations")
    assert after == before
    waiting = "select body from whatsapp_messages m join whatsapp_conversations c using (conversation_id) "
    waiting += "where m.seq > c.answered_seq and m.direction = 'inbound'"
    assert [row["body"] for row in rows(waiting)] == ["¿siguen abiertos?"]


def test_a_dry_run_says_what_it_understood_and_writes_nothing(hilo: Hilo, rows: Any):
    receive(hilo, "ok", datetime(2025, 5, 13, 10, 32, 20, tzinfo=LIMA), "SM1")
    done = bring(hilo, CHAT, "--dry-run")
    assert done.code == 0
    assert done.lines[:8] == [
        "chat.txt: 7 messages, 1 notice",
        "times    2025-05-13 10:30 to 2025-05-13 10:34, America/Lima",
        "dates    day/month/year (13/5/2025 can be nothing else)",
        "author   Rosa: 5 messages",
        "author   Salón Luz: 2 messages",
        "media    1 by name, 1 omitted",
        "business Salón Luz",
        f"contact  {ROSA}, which is there already, at default",
    ]
    assert done.lines[8].startswith("  2025-05-13 10:30  Rosa: Hola, ¿me agendas")
    assert done.lines[-1] == "6 new messages, 0 imported before, 1 that came by webhook (dry run: nothing was stored)"
    assert len(rows(MESSAGES)) == 1
    hilo.here("import", "chat.txt", "--contact", "+51999200009", "--me", "Salón Luz", "--dry-run")
    assert len(rows("select * from whatsapp_conversations")) == 1


def test_what_the_file_does_not_tell_is_an_error_that_names_the_option(hilo: Hilo, rows: Any):
    write(hilo, CHAT)
    who = hilo.here("import", "chat.txt", "--contact", "+51999200001")
    assert (who.code, who.err) == (1, "hilo: Who of these is the business? Say --me NAME: Rosa, Salón Luz\n")
    assert "author   Rosa: 5 messages" in who.lines  # what is known is said first
    contact = hilo.here("import", "chat.txt", "--me", "Salón Luz")
    assert contact.err == "hilo: The file does not tell Rosa's number: say --contact +…, with the country code\n"
    assert "no number with + and country code" in hilo.here("import", "chat.txt", "--contact", "999200001").err
    assert "exclude each other" in bring(hilo, CHAT, "--day-first", "--month-first").err
    assert "Mars/North is no time zone" in bring(hilo, CHAT, "--timezone", "Mars/North").err
    assert "There is no tenant 'nobody'" in bring(hilo, CHAT, "--tenant", "nobody").err
    assert "--day-first or --month-first" in bring(hilo, "3/4/2025, 10:30 - Rosa: hola\n").err
    assert "13/5/2025 cannot be month/day/year" in bring(hilo, CHAT, "--month-first").err
    group = bring(hilo, CHAT + "13/5/2025, 11:00 - Eva: hola\n")
    assert "chat of a group (Rosa, Salón Luz, Eva)" in group.err
    assert "--group" in group.err
    missing = hilo.here("import", "nothing.zip")
    assert missing.err == "hilo: nothing.zip: No such file or directory\n"
    assert rows(MESSAGES) == []


def test_what_the_file_tells_need_not_be_said(hilo: Hilo, rows: Any):
    # The customer's number is the file's name; so the other one is the business.
    text = CHAT.replace("Rosa", "+51 999 200 001")
    done = hilo.here("import", write(hilo, text, "Chat de WhatsApp con +51 999 200 001.txt"), "--no-process")
    assert done.code == 0, done.err
    assert [row["direction"] for row in rows(MESSAGES)][:2] == ["inbound", "outbound"]
    assert {row["conversation_id"] for row in rows(MESSAGES)} == {ROSA}


def test_a_group_time_zone_and_tenant_that_are_asked_for(hilo: Hilo, rows: Any):
    hilo.here("tenants", "add", "salon", "--timezone", "Europe/Madrid")
    hilo.here("tenants", "channel", "salon", "twilio", "+34900000001")
    done = bring(hilo, CHAT + "13/5/2025, 11:00 - Eva: ok\n", "--group", "--tenant", "salon", "--no-process")
    assert done.code == 0, done.err
    found = rows(MESSAGES)
    assert len(found) == 8
    assert found[0]["sent_at"] == datetime(2025, 5, 13, 8, 30, tzinfo=UTC)
    assert found[-1]["raw"]["author"] == "Eva"
    # The phone was elsewhere: the same messages again, at other times, are said to be so.
    shifted = bring(hilo, CHAT, "--group", "--tenant", "salon", "--timezone", "Atlantic/Canary", "--no-process")
    assert "another --timezone?" in shifted.err or "7 new messages" in shifted.out


def test_a_contact_of_another_channel_is_joined(hilo: Hilo, rows: Any):
    receive(
        hilo, "hola", datetime(2025, 5, 1, 9, 0, tzinfo=LIMA), "wamid.1", contact="51999200001@c.us", provider="waha"
    )
    bring(hilo, CHAT, "--no-process")
    assert {row["conversation_id"] for row in rows(MESSAGES)} == {"51999200001@c.us"}


def test_five_thousand_messages_take_seconds(hilo: Hilo, rows: Any):
    at = datetime(2024, 1, 13, 8, 0, tzinfo=LIMA)
    lines = []
    for number in range(5000):
        at += timedelta(minutes=number % 7)
        lines.append(f"{at:%d/%m/%Y, %H:%M} - {'Rosa' if number % 2 else 'Salón Luz'}: mensaje {number % 40}\n")
    began = time.monotonic()
    done = bring(hilo, "".join(lines), "--no-process")
    took = time.monotonic() - began
    assert "5000 new messages" in done.out, done.err
    assert took < 30, took  # a second on an idle machine
    assert "0 new messages, 5000 imported before" in bring(hilo, "".join(lines), "--no-process").out
    found = rows("select body from whatsapp_messages order by sent_at, seq")
    assert [row["body"] for row in found] == [f"mensaje {number % 40}" for number in range(5000)]


def test_every_shared_sample_is_stored_as_it_was_counted(hilo: Hilo, rows: Any, shared_dir: Path):
    folder = shared_dir / "fixtures" / "exports"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for number, (name, numbers) in enumerate(expected.items()):
        contact = f"+5199920{number:04}"
        options = ("--contact", contact, "--me", "John Doe", "--group", "--timezone", "UTC", "--no-process")
        done = hilo.here("import", str(folder / name), *options)
        if done.code:  # one of the chats of two, in which there is no John Doe
            assert "John Doe wrote nothing" in done.err, done.err
            author = done.err.rstrip().rpartition(", ")[2]
            done = hilo.here("import", str(folder / name), "--contact", contact, "--me", author, *options[4:])
        assert done.code == 0, (name, done.err)
        query = "select raw ->> 'author' as author, sent_at from whatsapp_messages"
        found = rows(f"{query} where conversation_id = 'whatsapp:{contact}' order by sent_at")
        assert len(found) == numbers["user_messages"], name
        for author, count in numbers.get("authors", {}).items():
            assert sum(row["author"] == author for row in found) == count, name
        read = parse(read_source(folder / name).text, zone=ZoneInfo("UTC"))
        assert [row["sent_at"] for row in found] == sorted(entry.at for entry in read.messages), name


def test_on_a_terminal_it_is_asked(hilo: Hilo, rows: Any):
    write(hilo, "3/5/2025, 10:30 - Rosa: hola\n3/5/2025, 10:31 - Salón Luz: dime\n")
    with Terminal(hilo, "import", "chat.txt", "--no-process") as terminal:
        for question, answer in (
            ("Does the day stand first in 3/5/2025?", "n"),
            ("2  Salón Luz", "2"),
            ("The customer's number", "+51 999 200 001"),
        ):
            terminal.expect(question)
            terminal.type(answer + "\n")
        terminal.expect("2 new messages")
        assert terminal.wait() == 0
    found = rows(MESSAGES)
    assert found[0]["sent_at"].astimezone(LIMA) == datetime(2025, 3, 5, 10, 30, tzinfo=LIMA)
    assert [row["role"] for row in found][:2] == ["user", "bot"]
    assert {row["conversation_id"] for row in found} == {ROSA}
