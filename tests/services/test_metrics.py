"""Counters of several server processes add up in one answer."""

import os
import subprocess
import sys

from app.services.metrics import exposition

COUNT = "from app.services.metrics import SENDS; SENDS.labels('twilio', 'sent').inc({n})"
SHOW = "from app.services.metrics import exposition; print(exposition(None).decode())"


def test_processes_add_up(tmp_path):
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def python(code):
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    python(COUNT.format(n=2))
    python(COUNT.format(n=3))
    shown = python(SHOW)
    assert 'hilo_sends_total{outcome="sent",provider="twilio"} 5.0' in shown
    assert "hilo_store_up 0.0" in shown


def test_one_process_shows_itself():
    assert b"process_resident_memory_bytes" in exposition(None)
