"""Fixtures for all tests: a real Postgres, a database per test, no internet, no settings from outside."""

import gc
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.examples import examples
from tests.support.forking import Forker
from tests.support.offline import believe_one_authority, forbid_internet
from tests.support.plain_logs import plain_logs
from tests.support.postgres import SessionFolder, TestServer

ROOT = Path(__file__).resolve().parents[1]
SQL_DIR = ROOT / "sql"

_OURS = ("HILO_", "TWILIO_", "SUPABASE_", "OPENAI_", "GOOGLE_", "DATABASE_URL", "PUBLIC_BASE_URL",
         "META_", "WAHA_", "CHATWOOT_", "VALIDATE_CONVERSATIONS")  # fmt: skip
_FOR_TESTS = ("HILO_TEST_", "HILO_SHARED", "SUPABASE_TEST_")
_folder_key = pytest.StashKey[SessionFolder]()

# The same tree gives the same result; who looks for new failures sets HILO_TEST_RANDOM=1.
settings.register_profile(
    "hilo", max_examples=examples(40), derandomize=not os.environ.get("HILO_TEST_RANDOM"), deadline=None
)
settings.load_profile("hilo")


def pytest_configure(config: pytest.Config) -> None:
    for name in list(os.environ):
        if name.startswith(_OURS) and not name.startswith(_FOR_TESTS):
            del os.environ[name]
    # Else each of the many processes would compile all of Hilo again, which takes longer than importing it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    forbid_internet()
    plain_logs()
    # A job in the background of a script ignores Ctrl-C, and so would every process that the tests start and interrupt.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        config.stash[_folder_key] = SessionFolder()
        believe_one_authority(config.stash[_folder_key].path)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays: walking through it again and again took half of the time, in each process."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop() -> Generator[None, object, object]:
    try:
        return (yield)
    finally:
        Forker.end()  # before coverage is put together


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two more than there are processors: many tests wait, for a server that starts or a time that has to pass. (With
    one more, two processors were busy for two thirds of the time.)"""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors + 2


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:  # (pytest-xdist) the workers use the folder that the controller made
    node.workerinput["hilo_folder"] = str(node.config.stash[_folder_key].path)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _folder_key in config.stash:
        config.stash[_folder_key].remove()


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[TestServer]:
    config = request.config
    path = Path(config.workerinput["hilo_folder"]) if hasattr(config, "workerinput") else config.stash[_folder_key].path
    server = TestServer(path, SQL_DIR)
    yield server
    server.close()


@pytest.fixture
def database_dsn(postgres_server: TestServer) -> Iterator[str]:
    """A migrated database of this test's own."""
    with postgres_server.database() as dsn:
        yield dsn


@pytest.fixture
def empty_dsn(postgres_server: TestServer) -> Iterator[str]:
    """A database of this test's own with nothing in it."""
    with postgres_server.database(template="template0") as dsn:
        yield dsn


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of fixtures that lies beside the repository on the maintainers' machines, else skip."""
    path = Path(os.environ.get("HILO_SHARED") or ROOT.parent / "shared")
    if not path.is_dir():
        pytest.skip("there is no ../shared (HILO_SHARED names another place)")
    return path
