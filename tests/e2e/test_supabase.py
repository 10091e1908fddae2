"""The whole of Hilo on a Supabase project, with nothing but its URL and its key."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from app.build import open_database
from app.errors import SchemaMismatch
from app.settings import Settings
from tests.e2e import test_main_job
from tests.e2e.conftest import Hilo
from tests.support import forking
from tests.support.dropped import DroppedReplies
from tests.support.postgres import TestServer
from tests.support.servers import ROOT
from tests.support.supabase import Supabase, prepare

pytestmark = pytest.mark.skipif("SUPABASE_TEST_URL" in os.environ, reason="the project is the store's suite's")


@pytest.fixture(scope="module")
def project_dsn(postgres_server: TestServer) -> Iterator[str]:
    """A new project into which the script was pasted."""
    with postgres_server.database(template="template0") as dsn:
        prepare(dsn)
        yield dsn


@pytest.fixture(scope="module")
def project(project_dsn: str) -> Iterator[Supabase]:
    with Supabase(project_dsn) as running:
        yield running


@pytest.fixture(scope="module")
def supabase_hilo(start_hilo, project: Supabase) -> Iterator[Hilo]:
    hilo: Hilo = start_hilo(SUPABASE_URL=project.url, SUPABASE_KEY=project.service_key)
    yield hilo
    hilo.server.stop()  # before its project goes


def test_the_main_job(supabase_hilo: Hilo):
    test_main_job.test_the_conversation_from_webhook_to_calendar(supabase_hilo, "whatsapp:+51950000001")
    data = Path(supabase_hilo.server.environment["HILO_DATA_DIR"])
    assert not (data / "postgres").exists(), "no other database was started"


def test_the_doctor_is_the_proof(supabase_hilo: Hilo):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    environment |= supabase_hilo.server.environment
    said = forking.run("doctor", env=environment, seconds=120).stdout
    assert f"Supabase ({supabase_hilo.server.environment['SUPABASE_URL']})" in said
    assert "schema up to date" in said
    assert supabase_hilo.server.environment["SUPABASE_KEY"] not in said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            "update hilo_migrations set checksum = 'of last year' where number = 0",
            "paste the output of `hilo sql` into",
        ),
        ("insert into hilo_migrations values (9001, '9001_of_next_year', 'x')", "Start the newer version of Hilo"),
        ("drop function hilo_schema; notify pgrst, 'reload schema'", "paste the output of `hilo sql` into"),
    ],
)
async def test_a_project_with_another_schema_says_what_to_do(postgres_server: TestServer, state: str, said: str):
    with postgres_server.database(template="template0") as dsn:
        prepare(dsn)
        with psycopg.connect(dsn) as connection:
            connection.execute(state)
        with Supabase(dsn) as project:
            settings = Settings(supabase_url=project.url, supabase_key=SecretStr(project.service_key))
            with pytest.raises(SchemaMismatch, match=said):
                async with open_database(settings):
                    pass


def test_replies_that_get_lost_lose_and_double_nothing(tmp_path: Path):
    """A few seconds of `scripts/supabase_faults`."""
    run = DroppedReplies(tmp_path, messages=8, rate=0.12, seed=11, say=lambda _: None, forked=True)
    outcome = run.run()
    assert not outcome.problems, "\n".join(outcome.problems)
    assert outcome.acknowledged > 0
    assert run.faults > 5
