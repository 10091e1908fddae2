"""The embedded Postgres, with real processes that are really killed."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from app.errors import StoreUnavailable
from app.store import embedded
from app.store.postmaster import answers
from app.store.server_user import SERVER_USER
from tests.support.postgres import scratch
from tests.support.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]

# A program that opens the store, tells so, and closes it when its input ends.
CLIENT = """
import sys
from pathlib import Path
from app.store import embedded
handle = embedded.start(Path(sys.argv[1]))
print(handle.dsn, flush=True)
sys.stdin.read()
handle.close()
"""


@pytest.fixture
def new_dir():
    """Not in pytest's folder, whose length and permissions are tests of their own here."""
    path = Path(tempfile.mkdtemp(prefix="hilo-embedded-", dir=scratch()))
    yield path
    for process in servers(path):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def prepared():
    """A stopped server's folder to copy: making one takes ten times as long."""
    with tempfile.TemporaryDirectory(prefix="hilo-embedded-", dir=scratch()) as path:
        embedded.start(Path(path)).close()
        yield Path(path) / "postgres"


@pytest.fixture
def data_dir(new_dir, prepared):
    copy_folder(prepared, new_dir)
    return new_dir


def copy_folder(prepared: Path, data_dir: Path) -> None:
    data_dir.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", prepared, data_dir / "postgres"], check=True)


@contextlib.contextmanager
def client(data_dir: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def servers(data_dir: Path) -> list[psutil.Process]:
    """The live postmasters that stand in this folder or below."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == "postgres" and Path(process.cwd()).is_relative_to(data_dir):
                parent = process.parent()
                if process.status() != psutil.STATUS_ZOMBIE and (parent is None or parent.name() != "postgres"):
                    found.append(process)
    return found


def query(dsn: str, text: str):
    with psycopg.connect(dsn) as connection:
        cursor = connection.execute(text)
        return cursor.fetchall() if cursor.description else None


def test_starts_keeps_and_stops(data_dir):
    with embedded.start(data_dir) as handle:
        query(handle.dsn, "create table kept (text text)")
        query(handle.dsn, "insert into kept values ('sí')")
        assert query(handle.dsn, "show synchronous_commit") == [("on",)]
        assert query(handle.dsn, "select lower('ÁNGEL Ñ')") == [("ángel ñ",)]
        assert query(handle.dsn, "show listen_addresses") == [("",)]
    assert servers(data_dir) == []
    handle.close()  # once more is harmless
    with embedded.start(data_dir) as handle:
        assert query(handle.dsn, "select text from kept") == [("sí",)]


def test_the_last_one_out_stops_it(data_dir):
    first, second = embedded.start(data_dir), embedded.start(data_dir)
    assert first.dsn == second.dsn
    first.close()
    assert query(second.dsn, "select 1") == [(1,)]
    second.close()
    assert servers(data_dir) == []


def test_processes_share_one_server(new_dir):
    data_dir = new_dir
    with client(data_dir) as one, client(data_dir) as other:  # they race to make the folder and to start the server
        dsns = {one.stdout.readline().strip(), other.stdout.readline().strip()}
        assert len(dsns) == 1
        assert len(servers(data_dir)) == 1
        one.stdin.close()
        one.wait(10)
        assert query(dsns.pop(), "select 1") == [(1,)]
        other.stdin.close()
        other.wait(10)
        assert servers(data_dir) == []
        one.stdin, other.stdin = one.stdout, other.stdout


def test_a_killed_client_counts_no_more(data_dir):
    with client(data_dir) as killed:
        dsn = killed.stdout.readline().strip()
        query(dsn, "create table kept as select 1 as number")
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert len(servers(data_dir)) == 1  # nobody was left to stop it
    with embedded.start(data_dir) as handle:
        assert query(handle.dsn, "select number from kept") == [(1,)]
    assert servers(data_dir) == []


def test_a_killed_client_beside_a_living_one(data_dir):
    with client(data_dir) as killed, client(data_dir) as living:
        killed.stdout.readline()
        dsn = living.stdout.readline().strip()
        killed.kill()
        killed.wait()
        assert query(dsn, "select 1") == [(1,)]
        living.stdin.close()
        living.wait(10)
        assert servers(data_dir) == []
        living.stdin = living.stdout


def test_a_killed_server_recovers_with_all_that_was_committed(data_dir):
    with embedded.start(data_dir) as handle:
        query(handle.dsn, "create table kept as select 1 as number")
        for number in range(2, 12):
            query(handle.dsn, f"insert into kept values ({number})")
        (postmaster,) = servers(data_dir)
        postmaster.kill()
        # At once, while its children end and it may be a zombie.
        with embedded.start(data_dir) as again:
            assert query(again.dsn, "select count(*) from kept") == [(11,)]
    assert servers(data_dir) == []


def test_a_server_that_dies_is_started_again(data_dir):
    with embedded.kept_up(data_dir, every=0.05) as handle:
        query(handle.dsn, "create table kept as select 1 as number")
        (postmaster,) = servers(data_dir)
        postmaster.kill()
        postmaster.wait(20)
        wait_for(lambda: answers(handle.folder))
        assert query(handle.dsn, "select number from kept") == [(1,)]
    assert servers(data_dir) == []


def test_client_and_server_killed_together(data_dir):
    with client(data_dir) as process:
        query(process.stdout.readline().strip(), "create table kept as select 1 as number")
        for victim in [*servers(data_dir), psutil.Process(process.pid)]:
            victim.kill()
    with embedded.start(data_dir) as handle:
        assert query(handle.dsn, "select number from kept") == [(1,)]


def test_a_process_id_that_is_somebody_elses_by_now(data_dir):
    embedded.start(data_dir).close()
    # As after the restart of a container: the file was left behind, and its number belongs to another program (us).
    pid_file = data_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(
        f"{os.getpid()}\n{data_dir / 'postgres'}\n1700000000\n5432\n{data_dir / 'postgres'}\n\n  1 1\nready\n"
    )
    with embedded.start(data_dir) as handle:
        assert query(handle.dsn, "select 1") == [(1,)]


@pytest.mark.parametrize("rest", ["", "12", "99999999\n/x\n"])
def test_a_process_id_file_that_was_cut_off(data_dir, rest):
    embedded.start(data_dir).close()
    (data_dir / "postgres" / "postmaster.pid").write_text(rest)
    with embedded.start(data_dir) as handle:
        assert query(handle.dsn, "select 1") == [(1,)]


def test_killed_while_it_makes_the_folder(new_dir):
    data_dir = new_dir
    (data_dir / "postgres.new" / "base").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    with embedded.start(data_dir) as handle:
        assert query(handle.dsn, "select 1") == [(1,)]
    assert not (data_dir / "postgres.new").exists()


@pytest.mark.parametrize("name", ["a 'b\" $HOME `x`, ñ", "long" * 25], ids=["signs", "long"])
def test_odd_paths(new_dir, name):
    with embedded.start(new_dir / name) as handle:  # the folder is made there
        assert query(handle.dsn, "select 1") == [(1,)]
    with embedded.start(new_dir / name) as handle:
        assert query(handle.dsn, "select 1") == [(1,)]
        (sockets,) = conninfo_to_dict(handle.dsn)["host"].split(",")
        assert Path(sockets).stat().st_mode & 0o077 == 0
    assert Path(sockets) == new_dir / name / "postgres" or not Path(sockets).exists()


def test_a_link_to_the_data_folder(data_dir, prepared):
    copy_folder(prepared, data_dir / "real")
    (data_dir / "link").symlink_to(data_dir / "real")
    with embedded.start(data_dir / "link") as one, embedded.start(data_dir / "real") as other:
        assert one.dsn == other.dsn


def test_another_major_version_is_explained(data_dir):
    embedded.start(data_dir).close()
    (data_dir / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(StoreUnavailable, match=r"made by Postgres 14.*hilo backup FILE.*hilo restore FILE"):
        embedded.start(data_dir)


def test_a_folder_of_the_older_version_keeps_it(new_dir):
    with embedded.start(new_dir, programs=embedded.bundled(16)) as handle:
        assert query(handle.dsn, "show server_version_num")[0][0].startswith("16")
    with embedded.start(new_dir) as handle:
        assert query(handle.dsn, "show server_version_num")[0][0].startswith("16")


def test_a_foreign_folder_is_left_alone(new_dir):
    (new_dir / "postgres").mkdir()
    (new_dir / "postgres" / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(StoreUnavailable, match="HILO_DATA_DIR"):
        embedded.start(new_dir)
    assert (new_dir / "postgres" / "holiday.jpg").read_bytes() == b"x"


def test_a_server_that_cannot_start_shows_its_log(data_dir):
    embedded.start(data_dir).close()
    with pytest.raises(StoreUnavailable, match=r"did not start:\n(?s:.*)shared_buffers"):
        embedded.start(data_dir, settings={"shared_buffers": "many"})
    with embedded.start(data_dir) as handle:  # and nothing is locked or left over
        assert query(handle.dsn, "select 1") == [(1,)]


def test_a_server_that_does_not_answer_in_time(data_dir):
    with embedded.start(data_dir) as handle:
        (postmaster,) = servers(data_dir)
        postmaster.suspend()
        try:
            with pytest.raises(StoreUnavailable, match="did not answer within"):
                embedded.start(data_dir, seconds=0.2)
        finally:
            postmaster.resume()
        assert query(handle.dsn, "select 1") == [(1,)]


def test_a_stuck_starter_is_reported(data_dir):
    stuck = embedded._exclusive(data_dir / "postgres.lock", seconds=1)
    with stuck, pytest.raises(StoreUnavailable, match=r"postgres\.lock"):
        embedded.start(data_dir, seconds=0.1)


def test_the_data_folder_is_a_file(data_dir):
    (data_dir / "file").write_text("x")
    with pytest.raises(StoreUnavailable, match=r"could not be started|cannot be used"):
        embedded.start(data_dir / "file" / "below")


def test_what_customers_write_is_not_in_the_servers_log(data_dir):
    with embedded.start(data_dir) as handle, psycopg.connect(handle.dsn, autocommit=True) as connection:
        connection.execute("create table message (body text check (body <> 'el viernes a las 10'))")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("insert into message values ('el viernes a las 10')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("select %s::int", ["el viernes a las 10"], prepare=False)
    text = (data_dir / "postgres" / "server.log").read_text()
    assert "check constraint" in text
    assert "insert into" not in text
    assert "Failing row" not in text


def test_an_environment_for_another_postgres_does_not_matter(data_dir, monkeypatch):
    for name, value in {
        "PGHOST": "db.example",
        "PGPORT": "6543",
        "PGDATA": "/nowhere",
        "PGUSER": "x",
        "PGOPTIONS": "",
    }.items():
        monkeypatch.setenv(name, value)
    with embedded.start(data_dir) as handle:
        assert query(handle.dsn, "select current_user") == [("postgres",)]


def as_nobody(data_dir: Path) -> subprocess.CompletedProcess[str]:
    """Run the client as the user nobody. Everything is imported before, since that user may be unable to read it."""
    script = f"from app.store import embedded\nimport encodings.idna, os\nos.setgid(65534); os.setuid(65534)\n{CLIENT}"
    command = [sys.executable, "-c", script, str(data_dir)]
    return subprocess.run(command, input="", capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
class TestOtherUsers:
    def test_root_gets_a_server_that_is_not_root(self, data_dir):
        with embedded.start(data_dir):
            (postmaster,) = servers(data_dir)
            assert postmaster.username() == SERVER_USER
            assert (data_dir / "postgres").stat().st_mode & 0o077 == 0

    def test_a_normal_user_beside_root(self, data_dir, prepared):
        """Each with a folder of their own; nothing on the machine is shared between them."""
        theirs = data_dir / "theirs"
        theirs.mkdir()
        data_dir.chmod(0o711)
        shutil.chown(theirs, "nobody")
        with embedded.start(data_dir):
            process = as_nobody(theirs)
        assert process.returncode == 0, process.stderr
        assert process.stdout.startswith("postgresql://")

    def test_a_folder_that_belongs_to_somebody_else(self, data_dir):
        theirs = data_dir / "theirs"
        theirs.mkdir(mode=0o700)
        data_dir.chmod(0o711)
        process = as_nobody(theirs)
        assert "StoreUnavailable: The data folder" in process.stderr
        assert "HILO_DATA_DIR" in process.stderr

    def test_a_folder_that_only_root_may_enter(self, data_dir):
        data_dir.chmod(0o700)
        with embedded.start(data_dir) as handle:
            assert query(handle.dsn, "select 1") == [(1,)]
        assert data_dir.stat().st_mode & 0o777 == 0o701  # may be passed through, not read
