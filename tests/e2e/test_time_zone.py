"""Only the server's own settings say in which zone the default tenant lives."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from app.store import embedded
from tests.e2e.conftest import ZONE, Hilo
from tests.support.servers import ROOT


def test_a_command_without_the_setting_moves_no_business(hilo: Hilo):
    data = hilo.server.environment["HILO_DATA_DIR"]
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"HILO_DATA_DIR": data, "PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "tenants", "list"],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ZONE in done.stdout
    with embedded.start(Path(data)) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("select timezone from tenants where slug = 'default'").fetchone() == (ZONE,)
