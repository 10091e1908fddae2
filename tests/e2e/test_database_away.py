"""The database goes away under a running server: nothing is acknowledged, and nothing is lost."""

import time
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.e2e.conftest import KEY, Hilo
from tests.support.waiting import wait_for

CONTACT = "whatsapp:+5193000001"


@pytest.fixture
def away(database_dsn: str):
    """Call with True to shut the database to everybody, with False to open it again."""
    name = conninfo_to_dict(database_dsn)["dbname"]
    with psycopg.connect(make_conninfo(database_dsn, dbname="postgres"), autocommit=True) as admin:

        def away(gone: bool) -> None:
            admin.execute(f'alter database "{name}" allow_connections {not gone}')
            if gone:
                admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])

        yield away
        away(False)


def test_a_webhook_gets_503_and_the_message_is_found_afterwards(start_hilo, database_dsn, away):
    info = conninfo_to_dict(database_dsn)
    url = f"postgresql://{info['user']}@/{info['dbname']}?host={quote(str(info['host']))}&port={info.get('port', 5432)}"
    hilo: Hilo = start_hilo(DATABASE_URL=url, HILO_BACKFILL_INTERVAL_MINUTES="0.02")
    assert hilo.say("Hola", contact=CONTACT)["status"] == 200
    wait_for(lambda: hilo.replies(CONTACT))
    away(True)
    started = time.monotonic()
    assert hilo.say("Quiero una cita el martes a las 11 para corte", contact=CONTACT)["status"] == 503
    assert time.monotonic() - started < 10
    answer = hilo.http.get("/readyz")
    assert answer.status_code == 503
    assert "database" in answer.text.lower()
    assert hilo.http.get("/healthz").status_code == 200
    away(False)
    # Twilio only logs it; the comparison with its list finds the message, and it is answered.
    wait_for(lambda: len(hilo.replies(CONTACT)) == 2, 40)
    messages = hilo.messages(CONTACT)
    assert [m["backfilled"] for m in messages if m["role"] == "user"] == [False, True]
    assert len(hilo.events(CONTACT)) == 1
    assert hilo.server.stop() == 0
    assert KEY not in hilo.server.log_end()
