"""The real server as a process of its own, and the requests that a provider would make."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
from twilio.request_validator import RequestValidator

from tests.support.forking import Forked

ROOT = Path(__file__).resolve().parents[2]
_HTTP = httpx.Client(trust_env=False, verify=False)  # a client of its own each time would read all certificates again


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def signed_form(url: str, fields: Mapping[str, str], token: str) -> tuple[bytes, str]:
    """Body and X-Twilio-Signature of a webhook as Twilio posts it to `url`."""
    body = urllib.parse.urlencode(fields).encode()
    return body, RequestValidator(token).compute_signature(url, dict(fields))


class ServerProcess:
    """`hilo serve` with nothing in its environment but `environment`; killed with its children at the end.

    `forked` from a process that has imported it already: for a test, which starts many, not for what is measured.
    """

    def __init__(self, environment: Mapping[str, str], *, log: Path | None = None, forked: bool = False) -> None:
        self.environment = dict(environment)
        self.url = f"http://127.0.0.1:{environment['HILO_PORT']}"
        self._log = log
        self._forked = forked
        self.process: subprocess.Popen[bytes] | Forked | None = None

    def start(self, *, wait: float = 60.0) -> "ServerProcess":
        self.process = self._launch()
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server stopped with {self.process.returncode}: {self.log_end()}")
            with contextlib.suppress(httpx.HTTPError):
                if _HTTP.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return self
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"the server did not answer: {self.log_end()}")

    def _launch(self) -> "subprocess.Popen[bytes] | Forked":
        base = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        environment = {**base, "PYTHONPATH": str(ROOT), **self.environment}
        log = self._log or Path(os.devnull)
        if self._forked:
            return Forked(["serve"], env=environment, cwd=ROOT, out=log, err=log)
        with log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log_end(self) -> str:
        return self._log.read_text(errors="replace")[-3000:] if self._log else "(no log)"

    def kill(self) -> None:
        """kill -9, workers included: nothing is said, nothing is cleaned up."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, *, wait: float = 20.0) -> int:
        """As an operator stops it. Returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(wait)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode


@contextlib.contextmanager
def running_server(environment: Mapping[str, str], *, log: Path | None = None) -> Iterator[ServerProcess]:
    server = ServerProcess(environment, log=log).start()
    try:
        yield server
    finally:
        server.stop()
