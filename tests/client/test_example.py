"""The restaurant agent of docs/examples, talked to while its API is killed and started again."""

import subprocess
import sys

import pytest

from tests.support.servers import ROOT

pytest.importorskip("langgraph.checkpoint.sqlite")


def test_nothing_is_missing_after_the_api_was_killed():
    done = subprocess.run(
        [sys.executable, "docs/examples/drive_restaurant.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "    ¡Pago recibido! Su pedido" in done.stdout  # while the API was away
    assert [line[:4] for line in lines[-5:]] == ["ok  "] * 5
