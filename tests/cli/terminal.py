"""A terminal for tests: a command behind a pseudo-terminal."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from typing import Self

from tests.cli.conftest import Hilo

# A session of its own with this terminal, so that Ctrl-C reaches the command, and not the tests.
_LOGIN = "import os, runpy; os.login_tty(0); runpy.run_module('app.cli', run_name='__main__', alter_sys=True)"


class Terminal:
    """Runs a command of `hilo`. `shown` is what has come so far, without colours."""

    def __init__(self, hilo: Hilo, *arguments: str, width: int = 100) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LOGIN, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=hilo.folder,
            env=hilo.environment | {"TERM": "xterm"},
        )
        os.close(slave)
        self._raw = b""

    @property
    def shown(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._raw.decode(errors="replace"))

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def expect(self, text: str, seconds: float = 40.0) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < deadline, f"{text!r} never came:\n{self.shown}"
            assert self._read() or self._process.poll() is None, f"it ended without {text!r}:\n{self.shown}"

    def wait(self, seconds: float = 20.0) -> int:
        """Its exit code. What it still writes is read meanwhile: it could not end otherwise."""
        deadline = time.monotonic() + seconds
        while self._process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end:\n{self.shown[-2000:]}"
            self._read()
        while self._read():
            pass
        return self._process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self.wait()
            finally:
                self._process.kill()
        os.close(self._master)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], 0.05)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux: the other end is closed
            return False
        self._raw += data
        return bool(data)
