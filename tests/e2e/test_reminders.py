"""What Hilo starts, through real servers that are killed: reminders, each once; after the window a template, once."""

import datetime as dt
import json
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from app.store import embedded
from tests.e2e.conftest import Hilo
from tests.support.twilio_server import TwilioServer
from tests.support.waiting import wait_for

ANA = "whatsapp:+51988000777"
TEMPLATE = "HX" + "0123456789abcdef" * 2
AHEAD = 1  # seconds from now that a reminder is due


class Clock:
    """The one appointment of this database, moved to where its reminder, two hours before, is due soon."""

    def __init__(self, data: Path) -> None:
        self._server = embedded.start(data)
        self._sql = psycopg.connect(self._server.dsn, autocommit=True)

    def do(self, statement: str, *values: object) -> None:
        self._sql.execute(statement, values)  # type: ignore[arg-type]

    def due(self, seconds: float) -> dt.datetime:
        at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        start = at + dt.timedelta(hours=2)
        self.do(
            'update extracted_events set start = %s, "end" = %s, confirmed_at = %s, settled_at = %s, decided_at = null',
            start, start + dt.timedelta(hours=1), at - dt.timedelta(hours=1), at - dt.timedelta(hours=1),
        )  # fmt: skip
        return at

    def close(self) -> None:
        self._sql.close()
        self._server.close()


def reminders(twilio: TwilioServer) -> list[str]:
    return [message.body for message in twilio.sent if "te recordamos tu cita" in message.body]


def test_reminders_through_two_servers(start_hilo: Callable[..., Hilo], tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = start_hilo(data_dir=data, HILO_REMINDER_SECONDS="1")
    twilio = first.twilio
    second = start_hilo(data_dir=data, twilio=twilio, HILO_REMINDER_SECONDS="1")
    clock = Clock(data)
    try:
        day = dt.date.today() + dt.timedelta(days=9)
        first.say(f"Quiero agendar un corte de pelo el {day:%d/%m/%Y} a las 10:00", contact=ANA)
        wait_for(lambda: first.events(ANA))
        clock.do("update tenants set settings = settings || '{\"reminder_minutes\": [1440, 120]}'")

        # At its time, from one of two servers that look every second.
        at = clock.due(AHEAD)
        wait_for(lambda: reminders(twilio))
        assert dt.datetime.now(dt.UTC) >= at
        assert time.time() - at.timestamp() < 10
        second.server.kill()
        time.sleep(1.1)
        assert len(reminders(twilio)) == 1

        # Another moment, another reminder; the server dies after Twilio has it and before it knows.
        twilio.fault("drop-after", method="POST")
        clock.due(0)
        wait_for(lambda: len(reminders(twilio)) == 2)
        first.server.kill()
        first.server.start()
        wait_for(lambda: all(m["delivery_status"] in ("sent", "delivered") for m in first.messages(ANA) if m["author"]))
        assert len(reminders(twilio)) == 2

        # BAJA ends them, ALTA brings them back.
        first.say("BAJA", contact=ANA)
        wait_for(lambda: any("no te enviaremos más recordatorios" in body for body in first.replies(ANA)))
        clock.due(0)
        time.sleep(1.2)
        assert len(reminders(twilio)) == 2
        first.say("Alta", contact=ANA)
        wait_for(lambda: len(reminders(twilio)) == 3)
        time.sleep(1.1)
        assert len(reminders(twilio)) == 3
        stored = [m for m in first.messages(ANA) if m["author"] == "reminder"]
        assert len(stored) == 3
        assert {m["delivery_status"] for m in stored} <= {"sent", "delivered"}

        # Twilio takes an answer and says by callback that the window is over: as a template, once; or for a person.
        twilio.silent.add(ANA)
        clock.do("update tenants set settings = settings || %s::jsonb", json.dumps({"templates": {"twilio": TEMPLATE}}))
        before = len(first.replies(ANA))
        first.say("hola", contact=ANA)
        wait_for(lambda: len(first.replies(ANA)) == before + 2)
        plain, template = first.replies(ANA)[before:]
        assert template == f"Mensaje: {' '.join(plain.split())}"
        wait_for(lambda: first.messages(ANA)[-1]["delivery_status"] == "delivered")
        clock.do("update tenants set settings = settings - 'templates'")
        first.say("¿hola?", contact=ANA)
        parked = wait_for(lambda: first.get("conversations", parked="true")["items"])
        assert "63016" in parked[0]["reply_error"]
        assert len(first.replies(ANA)) == before + 3
    finally:
        clock.close()
