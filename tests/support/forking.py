"""`hilo` in processes forked from one that has imported it.

Importing the server takes two seconds of processor time, forking it 20 ms. A child is a process in all that a test may
do to it (a session, environment, folder and output of its own; killed or stopped by signals). That the command starts
from nothing is what tests/cli/test_serve.py and test_command.py are about. Run as a program, this module is the process
that forks: a line of JSON asks, a line answers.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
_ONCE = ("PYTHON", "LANG", "LC_", "TZ")  # of the environment, what is read when Python starts or imports
# What a server has imported when it answers.
_IMPORTED = ("app.main", "app.channels.twilio_sdk", "httpcore", "uvicorn.protocols.http.httptools_impl", "uvloop")


class Forker:
    """The process that forks, from the side of the tests; one for each of pytest's processes, made when first asked."""

    _one: "Forker | None" = None
    _lock = threading.Lock()

    @classmethod
    def ask(cls, **request: Any) -> Any:
        with cls._lock:
            cls._one = cls._one or cls()
            assert cls._one._process.stdin is not None
            assert cls._one._process.stdout is not None
            cls._one._process.stdin.write(json.dumps(request) + "\n")
            cls._one._process.stdin.flush()
            return json.loads(cls._one._process.stdout.readline())

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.forking"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tests; this ends when they do, and its input with them
        )

    @classmethod
    def end(cls) -> None:
        """With all that it has forked and that still runs. What coverage found there is written then."""
        with cls._lock:
            if cls._one:
                with cls._one._process:  # closes its input and waits
                    cls._one = None


class Forked:
    """A `hilo` command that runs; what `subprocess.Popen` is to one that was started from nothing."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        out: Path,
        err: Path,
        stdin: Path = Path(os.devnull),
    ) -> None:
        """Its output goes to the ends of the files `out` and `err`, which may be one."""
        self.args = ["hilo", *arguments]
        self.returncode: int | None = None
        late = [n for n in env if n.startswith(_ONCE) and n != "PYTHONPATH" and env[n] != os.environ.get(n)]
        assert not late, f"a process that is forked cannot have another {late}"
        files = {"cwd": str(cwd), "out": str(out), "err": str(err), "stdin": str(stdin)}
        self.pid = int(Forker.ask(fork=[*arguments], env=dict(env), **files))

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = Forker.ask(poll=self.pid)
        return self.returncode

    def wait(self, timeout: float = 60.0) -> int:
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self.args, timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()


def run(
    *arguments: str, env: Mapping[str, str], cwd: Path = ROOT, stdin: str = "", seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """A `hilo` command from its start to its end, at most `seconds` long."""
    with tempfile.TemporaryDirectory() as folder:
        given, out, err = (Path(folder) / name for name in ("in", "out", "err"))
        given.write_text(stdin, encoding="utf-8")
        with Forked(arguments, env=env, cwd=cwd, out=out, err=err, stdin=given) as process:
            code = process.wait(seconds)
        return subprocess.CompletedProcess(process.args, code, out.read_text(), err.read_text())


def _main() -> None:
    gc.disable()
    from app import cli

    for module in _IMPORTED:
        importlib.import_module(module)
    gc.freeze()
    gc.enable()
    running: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if "fork" in request:
            if (pid := os.fork()) == 0:
                _become(request)
                cli.main()
            running.add(pid)
            answer: int | None = pid
        else:
            pid, status = os.waitpid(request["poll"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
            running.discard(pid)
        print(json.dumps(answer), flush=True)
    for pid in running:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _become(request: Mapping[str, Any]) -> None:
    os.setsid()
    sys.argv = ["hilo", *request["fork"]]
    with Path(request["stdin"]).open("rb") as given:  # also for its own children: what came here were our requests
        os.dup2(given.fileno(), 0)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    for path, stream in ((request["out"], sys.stdout), (request["err"], sys.stderr)):
        stream.flush()
        with Path(path).open("ab") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    # As in a process started from nothing, coverage is for who is told of it: it makes a server three times as slow.
    if (coverage := sys.modules.get("coverage")) and not any(name.startswith("COVERAGE_") for name in os.environ):
        coverage.Coverage.current().stop()


if __name__ == "__main__":
    _main()
