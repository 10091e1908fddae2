"""The command as people use it: a process of its own, in a folder of its own, against a real Postgres."""

import io
import logging
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app import cli
from tests.support.plain_logs import plain_logs
from tests.support.postgres import TestServer, as_url
from tests.support.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "app.cli")
TOKEN = "the-token-of-these-tests"


@dataclass(kw_only=True)
class Hilo:
    """An installation: a folder to stand in, and settings (by their environment variables)."""

    folder: Path
    env: dict[str, str]
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), "HILO_DATA_DIR": str(self.folder / "data"), **self.env}

    def __call__(self, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> "Ended":
        done = subprocess.run(
            [*COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=self.environment | (env or {}),
            timeout=60,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def here(self, *arguments: str) -> "Ended":
        """The same within this process, ten times as fast: for what is about words and not about processes."""
        out, err = io.StringIO(), io.StringIO()
        root = logging.getLogger()
        before, handlers = root.level, list(root.handlers)
        environment = {name: value for name, value in self.environment.items() if os.environ.get(name) != value}
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            for name, value in environment.items():
                patch.setenv(name, value)
            try:
                code = cli.run(arguments)
            finally:
                root.setLevel(before)
                root.handlers[:] = handlers
                plain_logs()
        return Ended(code, out.getvalue(), err.getvalue())

    def start(
        self, *arguments: str, env: dict[str, str] | None = None, without: str | None = None
    ) -> subprocess.Popen[str]:
        """Start a command that goes on; its output is in `<name>.out` and `.err` of the folder. `without`: the start of
        the names of settings that it shall not see."""
        name = f"{arguments[0]}-{len(self.processes)}"
        with (self.folder / f"{name}.out").open("w") as out, (self.folder / f"{name}.err").open("w") as err:
            process = subprocess.Popen(
                [*COMMAND, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                text=True,
                cwd=self.folder,
                env={
                    name: value
                    for name, value in (self.environment | (env or {})).items()
                    if not (without and name.startswith(without))
                },
            )
        self.processes.append(process)
        return process

    def output(self, process: subprocess.Popen[str]) -> tuple[str, str]:
        found = [self.folder / f"{process.args[3]}-{self.processes.index(process)}{end}" for end in (".out", ".err")]  # type: ignore[index]
        return found[0].read_text(), found[1].read_text()

    def serve(self, *arguments: str) -> str:
        """Start the server on a free port, which becomes this installation's; gives its address once it answers."""
        port = free_port()
        self.env |= {"HILO_PORT": str(port)}
        process = self.start("serve", *arguments)
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(url) or process.poll() is not None)
        assert process.poll() is None, self.output(process)[1]
        return url

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> Sequence[str]:
        return self.out.splitlines()


def answers(url: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}/healthz", timeout=5):
            return True
    except (OSError, urllib.error.URLError):
        return False


def wait_until(condition: Callable[[], object], seconds: float = 40.0, *, every: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(every)


_QUICK = {
    "HILO_TIMEZONE": "America/Lima",
    "HILO_REPLY_QUIET_SECONDS": "0.3",
    "HILO_BATCH_INTERVAL_MINUTES": "0",
}


@pytest.fixture
def hilo(database_dsn: str, tmp_path: Path) -> Iterator[Hilo]:
    """An installation of this test's own, with an empty store and no server."""
    # Not the usual port: who runs the tests may have Hilo running there.
    settings = {**_QUICK, "DATABASE_URL": as_url(database_dsn), "HILO_PORT": str(free_port())}
    installation = Hilo(folder=tmp_path, env=settings)
    yield installation
    installation.stop()


@pytest.fixture(scope="session")
def served(postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hilo]:
    """An installation whose server runs, with a Twilio token and no credentials to send with; for many tests."""
    with postgres_server.database() as dsn:
        folder = tmp_path_factory.mktemp("served")
        installation = Hilo(folder=folder, env={**_QUICK, "DATABASE_URL": as_url(dsn), "TWILIO_AUTH_TOKEN": TOKEN})
        installation.serve()
        yield installation
        installation.stop()
