"""`hilo serve`: what it says, and how it ends."""

import re
import signal
from pathlib import Path

from tests.cli.conftest import Hilo, answers, wait_until
from tests.cli.terminal import Terminal
from tests.support.servers import free_port


def test_the_start_text_comes_once_and_only_when_the_server_answers(hilo: Hilo):
    hilo.serve("--workers", "2")
    process = hilo.processes[0]
    wait_until(lambda: "Try next" in hilo.output(process)[0])
    url = f"http://127.0.0.1:{hilo.env['HILO_PORT']}"
    feed = hilo.here("tenants", "feed").out.strip()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    out, log = hilo.output(process)
    assert out.count("is up.") == 1
    assert f"{url}/docs" in out
    assert f"{url}/api/v1/whatsapp/webhook" in out
    assert re.search(r"Twilio signatures +off", out)
    assert re.search(r"Model +offline", out)
    assert "chat" in out
    assert "doctor" in out
    token = feed.partition("token=")[2]
    assert len(token) == 64
    assert token not in out
    assert token not in log
    assert "Traceback" not in log
    assert not answers(url)


def test_a_port_in_use_is_one_line(served: Hilo):
    done = served.forked("serve")
    assert (done.code, done.out) == (1, "")
    assert re.match(r"hilo: Port \d+ of 127\.0\.0\.1 is in use", done.err)
    assert len(done.err.splitlines()) == 1


def test_an_address_of_another_machine_is_one_line(hilo: Hilo):
    done = hilo.forked("serve", "--host", "192.0.2.1")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("hilo: HILO_HOST: 192.0.2.1 is no address of this machine")
    assert len(done.err.splitlines()) == 1


def test_on_a_terminal(hilo: Hilo):
    """With nothing configured: the embedded Postgres, the feed's whole address, and Ctrl-C as the way out."""
    del hilo.env["DATABASE_URL"]
    port = free_port()
    with Terminal(hilo, "serve", "--port", str(port), width=60) as terminal:
        terminal.expect("connect a real WhatsApp number")
        assert re.search(rf"http://127\.0\.0\.1:{port}/api/v1/calendar\.ics\?token=\w{{64}}\r\n", terminal.shown)
        assert "embedded Postgres in " in terminal.shown
        # Another process shares the store meanwhile.
        hilo.env["HILO_PORT"] = str(port)
        doctor = hilo.here("doctor")
        assert doctor.code == 0, doctor.out
        assert "✓ Server" in doctor.out
        assert hilo.forked("process").code == 0
        assert hilo.here("doctor").code == 0  # its exit stopped nothing
        terminal.type("\x03")
        assert terminal.wait() == 0
    assert "Traceback" not in terminal.shown
    # The last one out stops the embedded Postgres.
    assert not Path(hilo.folder / "data" / "postgres" / "postmaster.pid").exists()
