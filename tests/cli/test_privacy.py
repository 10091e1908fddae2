"""`hilo contact` and `hilo retention`."""

import asyncio
import json
import stat

import psycopg

from app.models import InboundMessage
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.cli.conftest import Hilo


def say(hilo: Hilo) -> None:
    async def store() -> None:
        database = await PostgresDatabase.connect(hilo.env["DATABASE_URL"])
        said = InboundMessage(
            provider="twilio",
            channel_address="whatsapp:+14155238886",
            contact="whatsapp:+51987000111",
            message_sid="SM1",
            body="Hola, soy Rosa",
            contact_name="Rosa Quispe",
        )
        await Store(database).store_message(said)
        await database.close()

    asyncio.run(store())


def test_export_and_erase(hilo: Hilo):
    assert hilo.here("contact", "export", "+51987000111").err == "hilo: There is no such contact\n"
    say(hilo)
    shown = hilo.here("contact", "export", "+51 987 000 111")
    assert json.loads(shown.out)["conversations"][0]["messages"][0]["body"] == "Hola, soy Rosa"
    assert hilo.here("contact", "export", "+51987000111", "-o", "rosa.txt").code == 0
    chat = hilo.folder / "rosa.txt"
    assert chat.read_text().endswith(" - Rosa Quispe: Hola, soy Rosa\n")
    assert stat.S_IMODE(chat.stat().st_mode) == 0o600
    assert "has to end in" in hilo.here("contact", "export", "+51987000111", "-o", "rosa.pdf").err

    would = hilo.here("contact", "erase", "+51987000111", "--dry-run")
    assert would.out == "would erase: 1 conversation, 1 message, 1 session\n"
    asked = hilo.here("contact", "erase", "+51987000111")
    assert (asked.code, "--yes" in asked.err) == (1, True)
    done = hilo.here("contact", "erase", "+51987000111", "--yes")
    assert done.out == "erased: 1 conversation, 1 message, 1 session\n"
    assert hilo.here("contact", "erase", "+51987000111", "--yes").code == 1
    _, erased, *exports = (line.split("\t") for line in hilo.here("contact", "log").lines)
    assert erased[1:] == ["erase", "the command line", "1 conversation, 1 message, 1 session"]
    assert [one[1] for one in exports] == ["export", "export"]


def test_retention(hilo: Hilo):
    assert hilo.here("retention", "show").lines == ["TENANT\tKEPT", "default\tforever"]
    assert "keeps things for ever" in hilo.here("retention", "run").err
    assert hilo.here("retention", "set", "many").code == 1
    assert hilo.here("retention", "set", "0").code == 1
    assert hilo.here("retention", "set", "90").out == "default: 90 days\n"
    assert hilo.here("retention", "run", "--dry-run").out == "would let go: nothing\n"
    assert hilo.here("retention", "run", "--days", "1").out == "let go: nothing\n"
    assert hilo.here("retention", "set", "forever").out == "default: forever\n"


def test_notify(hilo: Hilo):
    assert hilo.here("notify", "show").lines[0] == "default: webhook off, WhatsApp off, e-mail off, digest off"
    assert hilo.here("notify", "test").code == 1
    assert "is no kind" in hilo.here("notify", "set", "--off", "everything").err
    done = hilo.here("notify", "set", "--webhook", "https://example.com/hook", "--digest", "8", "--off", "digest")
    assert done.lines[0] == "default: webhook https://example.com/hook, WhatsApp off, e-mail off, digest 8:00"
    assert done.lines[1] == "told: event_proposed, conversation_parked, calendar_disconnected"
    assert done.lines[2].startswith("whsec_")
    # What is not named stays, and the secret is nowhere shown again.
    done = hilo.here("notify", "set", "--whatsapp", "+51 987 000 111", "--on", "digest")
    assert done.lines[0] == "default: webhook https://example.com/hook, WhatsApp +51987000111, e-mail off, digest 8:00"
    assert "digest" in done.lines[1]
    assert "whsec" not in done.out + hilo.here("tenants", "list").out + hilo.here("notify", "show").out
    assert "webhook, whatsapp" in hilo.here("notify", "test").out
    assert len(hilo.here("notify", "log").lines) == 3
    with psycopg.connect(hilo.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("update notifications set state = 'failed'")
    assert "2 things could not be told since yesterday" in hilo.here("doctor").out
    assert hilo.here("notify", "set", "--webhook", "off", "--whatsapp", "off", "--digest", "off").code == 0
