"""`hilo chat` against servers that run: through the real webhook, as a person and as a script."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import TOKEN, Hilo, as_url
from tests.cli.terminal import Terminal
from tests.support.postgres import TestServer
from tests.support.servers import free_port
from tests.support.twilio_server import TwilioServer

_contacts = count(51_999_100_001)
OURS = "whatsapp:+14155238886"


@pytest.fixture
def contact() -> str:
    return f"+{next(_contacts)}"


def test_a_conversation_from_a_pipe(served: Hilo, contact: str):
    lines = ["Buenos días", "Quiero agendar una cita", "El jueves a las 11 de la mañana", "Masaje relajante", "/events"]
    done = served.forked("chat", "--from", contact, "--name", "Rosa", stdin="\n".join(lines))
    assert done.code == 0, done.err
    # Each line is answered before the next is sent.
    order = [line[0] for line in done.lines if line[0] in ">H"]
    assert "".join(order) == ">H>H>H>H>"
    events = [line for line in done.lines if line.startswith("📅")]
    assert len(events) == 2  # when it was made, and in the list
    assert len(set(events)) == 1
    assert re.fullmatch(r"📅 Masaje relajante · jueves \d+ de \w+( de \d+)?, 11:00 · confirmed", events[0])


def test_lines_sent_at_once_get_one_answer_and_keep_their_order(served: Hilo, contact: str):
    lines = ["Hola", "necesito una cita el martes a las 4 de la tarde", "para corte de cabello"]
    done = served.forked("chat", "--from", contact, "--burst", stdin="\n".join(lines))
    assert done.code == 0, done.err
    assert [line[0] for line in done.lines[:4]] == [">", ">", ">", "H"]
    assert sum(line.startswith("Hilo:") for line in done.lines) == 1
    assert re.search(r"📅 .*corte de cabello · martes .*, 16:00 · confirmed", done.out, re.IGNORECASE)


def test_the_batch_on_request(served: Hilo, contact: str):
    done = served.forked(
        "chat", "--from", contact, stdin="¿Cuánto cuesta el tinte?\n/batch\n/nonsense\n/quit\nnever sent\n"
    )
    assert done.code == 0, done.err
    assert re.search(r"\(batch: \d new messages?; events: 0 created", done.out)
    assert "/quit leaves" in done.out
    assert "never sent" not in done.out


def test_a_wrong_token_says_what_to_do(served: Hilo, contact: str):
    done = served.forked("chat", "--from", contact, stdin="Hola\nsegunda\n", env={"TWILIO_AUTH_TOKEN": "another-token"})
    assert done.code == 1
    assert "not sent: The server answered 403" in done.out
    assert "TWILIO_AUTH_TOKEN" in done.out
    assert "segunda" not in done.out


def test_without_the_servers_key_the_webhooks_answer_is_shown(served: Hilo, contact: str, tmp_path: Path):
    done = served.forked("chat", "--from", contact, stdin="Hola\n/events\n", env={"HILO_DATA_DIR": str(tmp_path)})
    assert done.code == 0
    assert "Hilo: " in done.out
    assert "HILO_API_KEY" in done.out


def test_a_wrong_key_is_one_line(served: Hilo, contact: str):
    done = served.forked("chat", "--from", contact, stdin="Hola\n", env={"HILO_API_KEY": "not-the-key-of-this-server"})
    assert (done.code, done.out) == (1, "")
    assert re.fullmatch(r"hilo: The server answered 401: .*\n", done.err)


def test_a_number_of_nobody_is_said_at_once(served: Hilo, contact: str):
    """Once one number has its tenant, the others are nobody's."""
    assert served.here("tenants", "add", "salon", "--timezone", "America/Lima").code == 0
    assert served.here("tenants", "channel", "salon", "twilio", "+34600111222").code == 0
    try:
        nobody = served.forked("chat", "--from", contact, stdin="Hola\n")
        assert nobody.code == 1
        assert "taken, but not for this tenant: whose +14155238886 is" in nobody.out
        salon = ("--to", "+34600111222", "--tenant", "salon")
        assert "Hilo: " in served.forked("chat", "--from", contact, *salon, stdin="Hola\n").out
    finally:
        with psycopg.connect(served.env["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("delete from tenants where slug = 'salon'")
            connection.execute("delete from unrouted_messages")


def test_no_server(hilo: Hilo):
    url = f"http://127.0.0.1:{free_port()}"
    done = hilo.here("chat", "--url", url)
    assert done.code == 1
    assert done.err == f"hilo: No server answers at {url}: start it with ./scripts/run\n"


def test_a_person_types_while_an_answer_comes(served: Hilo, contact: str):
    with Terminal(served, "chat", "--from", contact) as terminal:
        terminal.expect("You are " + contact)
        terminal.type("Hola, quiero una cita el lunes a las 9 de la mañana\n")
        terminal.type("para afei")
        terminal.expect("Hilo: ")
        # What was typed so far stands below the answer, and goes on.
        terminal.expect("> para afei", seconds=5)
        terminal.type("tado\n")
        terminal.expect("📅 Afeitado · lunes")
        terminal.type("/quit\n")
        assert terminal.wait() == 0
    with Terminal(served, "chat", "--from", contact) as terminal:
        terminal.expect("who has written before")
        terminal.type("\x03")
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.shown


@pytest.fixture
def connected(postgres_server: TestServer, tmp_path: Path) -> Iterator[Hilo]:
    """A server with Twilio's REST credentials: answers leave by way of Twilio, not in the webhook."""
    with postgres_server.database() as dsn, TwilioServer(auth_token=TOKEN, numbers=[OURS]) as twilio:
        env = {
            "DATABASE_URL": as_url(dsn),
            "HILO_TIMEZONE": "America/Lima",
            "HILO_REPLY_QUIET_SECONDS": "0.3",
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_WHATSAPP_NUMBER": OURS,
            "TWILIO_API_BASE_URL": twilio.url,
        }
        hilo = Hilo(folder=tmp_path, env=env)
        hilo.serve()
        yield hilo
        hilo.stop()


def test_answers_that_twilio_sends_are_shown_and_the_doctor_asks_twilio(connected: Hilo, contact: str):
    done = connected.forked("chat", "--from", contact, stdin="Hola\nQuiero una cita\n")
    assert done.code == 0, done.err
    assert "".join(line[0] for line in done.lines if line[0] in ">H") == ">H>H"
    well = connected.here("doctor")
    assert re.search(r"✓ Twilio sending +the account AC\w+… answers", well.out)
    assert "✗ Public address" in well.out  # signatures need it
    connected.env["TWILIO_AUTH_TOKEN"] = "a-token-that-twilio-does-not-know"
    ill = connected.here("doctor")
    assert ill.code == 1
    assert re.search(r"✗ Twilio sending .*TWILIO_AUTH_TOKEN", ill.out)
