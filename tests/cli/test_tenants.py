"""`hilo tenants` and `hilo keys`."""

import asyncio
import re
import stat

import psycopg
import pytest

from app.commands.tenant_messages import message_settings
from app.errors import InvalidRequest
from app.models import InboundMessage
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.cli.conftest import Hilo


def add(hilo: Hilo, slug: str = "salon", zone: str = "America/Lima") -> None:
    assert hilo.here("tenants", "add", slug, "--timezone", zone, "--name", "Salón Rosa").code == 0


def test_add_and_change(hilo: Hilo):
    add(hilo)
    twice = hilo.here("tenants", "add", "salon", "--timezone", "America/Lima")
    assert twice.err.startswith("hilo: There is a tenant salon")
    done = hilo.here("tenants", "set", "salon", "--event-minutes", "45", "--no-agent")
    assert done.out == "salon (Salón Rosa), America/Lima, es event_minutes=45 agent_enabled=false\n"
    hilo.here("tenants", "set", "salon", "--reminders", "2h,24h")
    done = hilo.here("tenants", "set", "salon", "--timezone", "America/Bogota", "--agent")
    assert done.out == "salon (Salón Rosa), America/Bogota, es event_minutes=45 reminder_minutes=1440,120\n"
    hilo.here("tenants", "set", "salon", "--reminders", "none")
    heads, default, salon = (line.split("\t") for line in hilo.here("tenants", "list").lines)
    assert heads[0] == "SLUG"
    assert default[:3] == ["default", "Hilo", "America/Lima"]
    assert salon == ["salon", "Salón Rosa", "America/Bogota", "es", "-", "event_minutes=45"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "salon", "--timezone", "Lima"], "did you mean America/Lima?"),
        (["add", "salon", "--timezone", "America/Mexico_Cty"], "did you mean America/Mexico_City?"),
        (["add", "Salón", "--timezone", "America/Lima"], "lower-case letters"),
        (["set", "nobody", "--name", "X"], "There is no tenant 'nobody'; there is: default"),
        (["set", "default", "--timezone", "America/Lima"], "HILO_TIMEZONE"),
        (["set", "default"], "Say what to change"),
        (["feed", "nobody"], "There is no tenant 'nobody'"),
        (["channel", "nobody", "twilio", "+14155238886"], "There is no tenant 'nobody'"),
        (["channel", "default", "twilio", "999888777"], "country code"),
        (["channel", "default", "twilio", "+51 99"], "too short"),
        (["channel", "default", "twilio", "+51 999 888 777 123 4"], "too long"),
        (["channel", "default", "twilio", "+999 1234567"], "country code"),
        (["channel", "default", "twilio", "+not a number"], "no phone number"),
    ],
)
def test_what_is_wrong_is_one_line(hilo: Hilo, arguments: list[str], said: str):
    done = hilo.here("tenants", *arguments)
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1
    assert said in done.err


@pytest.mark.parametrize("written", ["+1 (415) 523-8886", "whatsapp:+14155238886", "+1.415.523.8886"])
def test_numbers_are_kept_as_twilio_writes_them(hilo: Hilo, written: str):
    add(hilo)
    done = hilo.here("tenants", "channel", "salon", "twilio", written, "--bot-id", "bot-7")
    assert done.out == "twilio whatsapp:+14155238886 is salon's\n"
    assert "twilio whatsapp:+14155238886 bot bot-7" in hilo.here("tenants", "list").out


def test_a_number_has_one_tenant(hilo: Hilo):
    add(hilo, "salon")
    add(hilo, "taller")
    assert hilo.here("tenants", "channel", "salon", "twilio", "+14155238886").code == 0
    done = hilo.here("tenants", "channel", "taller", "twilio", "+14155238886")
    assert done.code == 1
    assert "already a channel of another tenant" in done.err


def test_messages_for_an_unknown_number_are_taken_in_once_it_is_known(hilo: Hilo):
    add(hilo)
    hilo.here("tenants", "channel", "salon", "twilio", "+14155238886")
    asyncio.run(store_message(hilo.env["DATABASE_URL"], to="whatsapp:+34600111222"))
    doctor = hilo.here("doctor")
    assert doctor.code == 1
    assert re.search(r"✗ Unrouted .*tenants channel SLUG twilio 'whatsapp:\+34600111222'", doctor.out)
    done = hilo.here("tenants", "channel", "salon", "twilio", "+34 600 11 12 22")
    assert "1 message came for it before" in done.err
    assert hilo.here("tenants", "replay").out == "1 message taken in\n"
    assert "Unrouted" not in hilo.here("doctor").out
    with psycopg.connect(hilo.env["DATABASE_URL"]) as connection:
        row = connection.execute(
            "select t.slug from whatsapp_messages m join tenants t on t.id = m.tenant_id where m.message_sid = 'SM1'"
        ).fetchone()
    assert row == ("salon",)


async def store_message(dsn: str, *, to: str) -> None:
    database = await PostgresDatabase.connect(dsn)
    message = InboundMessage(
        provider="twilio", channel_address=to, contact="whatsapp:+51999000111", message_sid="SM1", body="Hola"
    )
    stored = await Store(database).store_message(message)
    await database.close()
    assert stored.outcome == "unrouted"


def test_the_feeds_address_is_the_public_one(hilo: Hilo):
    local, port = hilo.here("tenants", "feed").out, hilo.env["HILO_PORT"]
    assert re.fullmatch(rf"http://127\.0\.0\.1:{port}/api/v1/calendar\.ics\?token=\w{{64}}\n", local)
    hilo.env["PUBLIC_BASE_URL"] = "https://hilo.example.com"
    public = hilo.here("tenants", "feed").out
    assert public == local.replace(f"http://127.0.0.1:{port}", "https://hilo.example.com")


def test_the_servers_own_key(hilo: Hilo):
    first, second = hilo.here("keys", "show").out, hilo.here("keys", "show").out
    assert first == second
    path = hilo.folder / "data" / "api_key"
    assert path.read_text().strip() == first.strip()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    hilo.env["HILO_API_KEY"] = "a-key-of-ones-own"
    assert hilo.here("keys", "show").out == "a-key-of-ones-own\n"


def test_make_list_and_revoke_a_key(hilo: Hilo):
    add(hilo)
    made = hilo.here("keys", "create", "--name", "report", "--tenant", "salon", "--scope", "read")
    assert made.code == 0
    assert re.fullmatch(r"hilo_\S{43}\n", made.out)
    _, row = hilo.here("keys", "list").lines
    key_id, name, tenant, scopes, *_ = row.split("\t")
    assert (name, tenant, scopes) == ("report", "salon", "read")
    assert made.out.strip() not in row
    assert hilo.here("keys", "revoke", key_id).code == 0
    assert "revoked" in hilo.here("keys", "list").lines[1]
    assert hilo.here("keys", "revoke", key_id).code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "--name", "x", "--tenant", "nobody"], "There is no tenant 'nobody'"),
        (["create", "--name", "x", "--scope", "everything"], "everything is no scope; there are read, write, admin"),
    ],
)
def test_a_key_that_cannot_be_made(hilo: Hilo, arguments: list[str], said: str):
    done = hilo.here("keys", *arguments)
    assert (done.code, done.out) == (1, "")
    assert said in done.err


def test_a_link_to_the_inbox(hilo: Hilo):
    add(hilo)
    hilo.env["PUBLIC_BASE_URL"] = "https://hilo.example"
    made = hilo.here("login", "--tenant", "salon", "--name", "Rosa", "--scope", "write")
    assert made.err == "Opens the inbox of salon, once, within 10 minutes:\n"
    (link,) = made.lines
    address, secret = link.split("?token=")
    assert address == "https://hilo.example/login"
    with psycopg.connect(hilo.env["DATABASE_URL"]) as connection:
        ((kept, name, scopes),) = connection.execute("select l::text, name, scopes from login_links l").fetchall()
    assert (name, scopes) == ("Rosa", ["write"])
    assert secret not in kept
    assert hilo.here("login", "--tenant", "nobody").code == 1
    assert "owner is no scope" in hilo.here("login", "--scope", "owner").err
    assert hilo.here("login", "--end").out == "ended 0 log-ins\n"
    with psycopg.connect(hilo.env["DATABASE_URL"]) as connection:
        assert connection.execute("select 1 from login_links").fetchone() is None


@pytest.mark.parametrize(
    ("given", "stored"),
    [("21:00-08:00", "21:00-08:00"), ("22-8", "22:00-08:00"), (" 9:30 – 14 ", "09:30-14:00"), ("none", None)],
)
def test_quiet_hours(given: str, stored: str | None):
    assert message_settings(None, None, given, {}) == {"quiet_hours": stored}


@pytest.mark.parametrize("given", ["21:00", "21:00-21:00", "25-8", "21:60-8:00", "noche", "9pm-8am"])
def test_what_are_no_quiet_hours(given: str):
    with pytest.raises(InvalidRequest, match="like 21:00-08:00"):
        message_settings(None, None, given, {})


def test_templates_by_provider():
    chosen = message_settings(["chatwoot=aviso/es_MX", "twilio="], None, None, {"twilio": "HX1", "cloud_api": "a/es"})
    assert chosen == {"templates": {"chatwoot": "aviso/es_MX", "cloud_api": "a/es"}}
