"""`hilo process` and `hilo doctor`."""

import asyncio
import json
import re
from uuid import uuid4

import psycopg
import pytest

from app.client.outbox import Call, FileOutbox
from app.models import InboundMessage, Role
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.cli.conftest import Hilo, as_url


def fill(hilo: Hilo, contact: str, *texts: str) -> None:
    """A conversation as an import or a backfill leaves it: stored, and read by nobody."""

    async def store() -> None:
        database = await PostgresDatabase.connect(hilo.env["DATABASE_URL"])
        await Store(database).ensure_default_tenant(timezone=hilo.env["HILO_TIMEZONE"], locale="es")
        for number, text in enumerate(texts):
            message = InboundMessage(
                provider="twilio",
                channel_address="whatsapp:+14155238886",
                contact=f"whatsapp:{contact}",
                message_sid=f"SM{uuid4().hex}",
                body=text,
                role=Role.BOT if number % 2 else Role.USER,
                direction="outbound" if number % 2 else "inbound",
            )
            await Store(database).store_message(message)
        await database.close()

    asyncio.run(store())


ASKED = "Hola, ¿me agendas para el viernes a las 10 de la mañana? Es una limpieza facial"
BOOKED = (ASKED, "Listo, agendado", "Gracias")


def test_process_makes_events_once(hilo: Hilo):
    fill(hilo, "+51999200001", *BOOKED)
    fill(hilo, "+51999200002", "¿Tienen estacionamiento?", "Sí")
    plan = hilo.here("process", "--dry-run")
    assert re.search(r"\n  \+ Limpieza facial · viernes .*, 10:00 · confirmed\n", plan.out)
    assert plan.lines[-1].startswith("2 conversations, 5 new messages; events: 1 created, 0 changed")
    assert plan.lines[-1].endswith("(dry run: nothing was written)")
    done = hilo.forked("process")
    assert done.code == 0, done.err
    assert "whatsapp:+51999200001  3 messages\n  + Limpieza facial · " in done.out
    assert done.lines[-1].startswith("2 conversations, 5 new messages; events: 1 created, 0 changed")
    again = hilo.here("process")
    assert again.lines == ["0 conversations, 0 new messages; events: 0 created, 0 changed, 0 cancelled; 0 for review"]


def test_a_conversation_that_fails_stops_no_other_and_shows_in_the_exit_code(hilo: Hilo):
    fill(hilo, "+51999200007", *BOOKED)
    with psycopg.connect(hilo.env["DATABASE_URL"], autocommit=True) as connection:
        broken = connection.execute(
            "with t as (insert into tenants (slug, name, timezone) values ('lost', 'Lost', 'No/Where') returning id)"
            " insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address)"
            " select id, 'whatsapp:+51999200008', 'twilio', 'whatsapp:+14155238886' from t returning tenant_id"
        ).fetchone()
        assert broken
        connection.execute(
            "insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, body)"
            " values (%s, 'whatsapp:+51999200008', 'twilio', 'SM8', 'Hola')",
            broken,
        )
        connection.execute("update whatsapp_conversations set unprocessed_since = now()")
    done = hilo.here("process")
    assert done.code == 1
    assert re.search(r"whatsapp:\+51999200008 .*failed: .*No/Where", done.out)
    assert "1 conversation failed" in done.err
    assert "1 created" in done.lines[-1]


def test_process_one_conversation_or_tenant(hilo: Hilo):
    fill(hilo, "+51999200003", *BOOKED)
    fill(hilo, "+51999200004", *BOOKED)
    one = hilo.here("process", "--conversation", "+51999200004")
    assert one.lines[0].startswith("whatsapp:+51999200004")
    assert one.lines[-1].startswith("1 conversation, 3 new messages")
    assert hilo.here("process", "--tenant", "nobody").err.startswith("hilo: There is no tenant 'nobody'")
    assert hilo.here("process", "--conversation", "+1").err == "hilo: There is no conversation +1\n"
    rest = hilo.here("process", "--tenant", "default", "--limit", "5")
    assert rest.lines[-1].startswith("1 conversation,")


def test_a_parked_conversation_is_shown_and_can_be_taken_up(hilo: Hilo):
    fill(hilo, "+51999200005", *BOOKED)
    with psycopg.connect(hilo.env["DATABASE_URL"], autocommit=True) as connection:
        row = connection.execute(
            "update whatsapp_conversations set batch_parked_at = now(), batch_error = 'the model said no',"
            " batch_attempts = 9 returning id"
        ).fetchone()
    assert row
    ill = hilo.here("doctor")
    assert ill.code == 1
    said = re.search(r"✗ Parked +whatsapp:\+51999200005: the model said no → .*(process --conversation (\S+))", ill.out)
    assert said
    assert said[2] == str(row[0])
    assert hilo.here(*said[1].split()).code == 0
    assert "Parked" not in hilo.here("doctor").out


def states(hilo: Hilo) -> dict[str, dict[str, str]]:
    done = hilo.here("doctor", "--json")
    said = json.loads(done.out)
    assert said["ok"] == (done.code == 0)
    return {finding["part"]: finding for finding in said["findings"]}


def test_a_healthy_installation(served: Hilo):
    done = served.forked("doctor")
    found = states(served)
    assert {name for name, finding in found.items() if finding["state"] == "wrong"} == {"Public address"}
    assert done.code == 1  # a token without PUBLIC_BASE_URL
    served.env["PUBLIC_BASE_URL"] = "https://hilo.example.com"
    try:
        assert served.here("doctor").lines[-1] == "All is well."
    finally:
        del served.env["PUBLIC_BASE_URL"]
    assert found["Calendar"]["detail"].startswith("feed (ICS) with ")
    assert found["Server"]["state"] == found["Twilio webhook"]["state"] == found["Store"]["state"] == "on"
    assert found["Twilio sending"]["state"] == found["Model"]["state"] == "off"


@pytest.mark.parametrize(
    ("env", "part", "said"),
    [
        ({"HILO_PORT": "x"}, "Settings", "HILO_PORT: "),
        ({"HILO_PROT": "8000"}, "Settings", "HILO_PROT is no setting of Hilo; did you mean HILO_PORT?"),
        ({"PUBLIC_BASE_URL": "http://hilo.example.com"}, "Public address", "not https"),
        ({"OPENAI_API_KEY": "sk-a-key-for-tests", "OPENAI_BASE_URL": "http://127.0.0.1:9"}, "Model", "does not answer"),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_API_BASE_URL": "http://127.0.0.1:9"},
         "Twilio sending", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_wrong_is_said(hilo: Hilo, env: dict[str, str], part: str, said: str):
    hilo.env |= env
    finding = states(hilo)[part]
    assert finding["state"] == "wrong"
    assert said in finding["detail"]


def test_a_store_that_cannot_be_used_is_said(hilo: Hilo, empty_dsn: str):
    hilo.env["DATABASE_URL"] = as_url(empty_dsn)
    finding = states(hilo)["Store"]
    assert finding["state"] == "wrong"
    assert "hilo migrate" in finding["detail"]


def test_a_server_on_another_store_is_said(served: Hilo, hilo: Hilo):
    hilo.env["HILO_PORT"] = served.env["HILO_PORT"]
    assert "another store" in states(hilo)["Calendar"]["detail"]


def test_answers_that_are_overdue_without_a_server(hilo: Hilo):
    fill(hilo, "+51999200006", "Hola")
    assert states(hilo)["Replies"]["state"] == "on"
    with psycopg.connect(hilo.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("update whatsapp_conversations set reply_due_at = now() - interval '3 hours'")
    late = states(hilo)["Replies"]
    assert (late["state"], late["mend"]) == ("wrong", "start the server: it answers what is due")
    assert "3 hours" in late["detail"]


def test_a_customer_whom_nobody_answers_is_found(hilo: Hilo):
    fill(hilo, "+51999200301", "Hola", "Buenas", "¿Siguen ahí?")
    fill(hilo, "+51999200302", "Hola", "Buenas")
    assert states(hilo)["Sync"]["state"] == "off"
    with psycopg.connect(hilo.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("""update sessions set version = 2, metadata = '{"hiloReplies": false}'""")
        assert "2 used by an agent outside, 2 answered by it alone" in states(hilo)["Sync"]["detail"]
        connection.execute("update whatsapp_messages set sent_at = sent_at - interval '20 minutes'")
        assert states(hilo)["Sync"]["state"] == "on"  # it has answered somebody since, and need not answer everything
        connection.execute("update whatsapp_messages set sent_at = sent_at - interval '1 hour' where body = 'Buenas'")
    finding = states(hilo)["Sync"]
    assert (finding["state"], finding["detail"][:42]) == ("wrong", "waiting for the agent outside: 2 customers")


def test_this_environment_as_an_agents(served: Hilo, tmp_path):
    key = served.here("keys", "create", "--name", "agent", "--tenant", "default").out.split()[-1]
    reader = served.here("keys", "create", "--name", "r", "--tenant", "default", "--scope", "read").out.split()[-1]
    url = f"http://127.0.0.1:{served.env['HILO_PORT']}"
    path = tmp_path / "outbox.db"
    outbox = FileOutbox(str(path))
    outbox.add(Call(method="POST", path="/x", body={}, key="k"))
    for given, state, said in (
        ({"CONVERSATION_API_KEY": key}, "on", "takes the key"),
        ({"CONVERSATION_API_KEY": "hilo_nobody"}, "wrong", "does not know the key"),
        ({"CONVERSATION_API_KEY": reader}, "wrong", "may not write"),
        ({"CONVERSATION_API_KEY": key, "CONVERSATION_SUBDOMAIN": "other"}, "wrong", "the tenant other"),
        ({"CONVERSATION_API_BASE_URL": "http://127.0.0.1:9"}, "wrong", "does not answer"),
        ({"ENABLE_CONVERSATION_SYNC": "false"}, "off", "switched off"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {
                "CONVERSATION_API_BASE_URL": url,
                "CONVERSATION_OUTBOX_PATH": str(path),
                **given,
            }.items():
                patch.setenv(name, value)
            found = states(served)
        assert found["Sync client"]["state"] == state, found["Sync client"]
        assert said in found["Sync client"]["detail"]
        assert state == "off" or "1 call to be delivered" in found["Sync outbox"]["detail"]
    outbox.close()


def test_each_provider_that_is_set_up_is_told_of(hilo: Hilo):
    assert not {"WAHA", "Meta Cloud API", "Chatwoot"} & set(states(hilo))
    hilo.env |= {"WAHA_BASE_URL": "http://127.0.0.1:9", "WAHA_HMAC_KEY": "k", "META_APP_SECRET": "s"}
    found = states(hilo)
    assert "/waha/webhook, checked" in found["WAHA"]["detail"]
    assert (found["Meta Cloud API"]["state"], found["Meta Cloud API"]["mend"]) == ("wrong", "set META_ACCESS_TOKEN")
    assert "Chatwoot" not in found
