"""Every route of the API against its own OpenAPI document, with schemathesis.

    scripts/fuzz-api [--examples 50] [--seconds 0] [--key admin|tenant|read] [schemathesis options]

Starts a server of its own with an embedded Postgres and two businesses that have conversations, events and sessions.
Then valid and invalid requests of all kinds. Wrong is: a 5xx, a status, header, media type or body that the document
does not name, a request that breaks the document and is accepted, a way past the key. `--key` says with whose key:
what it may not reach is answered with 403 or 404, which the document has to name as well. Exit status 1 when anything
is wrong.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from tests.support.servers import free_port, running_server  # noqa: E402

ADMIN = "fuzz-key-0123456789"
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "missing_required_header", "unsupported_method",
    "allow_header_conformance", "use_after_free", "ignored_auth",
)  # fmt: skip


def fill(url: str) -> None:
    """Conversations as Twilio brings them, an appointment in each, and an agent's session with its state."""
    day = (datetime.now(UTC) + timedelta(days=2)).strftime("%d/%m")
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {ADMIN}"}, timeout=60) as http:
        for n, business in enumerate(("whatsapp:+34910000001", "whatsapp:+34910000002")):
            contact = f"whatsapp:+3460011122{n}"
            for i, body in enumerate((f"Hola, ¿tienen sitio el {day} a las 1{n}:00?", "Sí, confirmo la cita")):
                form = {"MessageSid": f"SM{n}{i}".ljust(34, "0"), "From": contact, "To": business, "Body": body,
                        "AccountSid": "AC" + "0" * 32, "NumMedia": "0"}  # fmt: skip
                http.post("/api/v1/whatsapp/webhook", data=form).raise_for_status()
            found = http.get(f"/api/v1/whatsapp/lookup/tenant/{contact}").raise_for_status().json()["data"]
            path = f"/api/v1/whatsapp/agent/conversations/{found['sessionId']}/sync"
            http.put(path, json={"intent": "order", "context": {"orderTotal": 10}}).raise_for_status()
        for slug in ("sol", "luna"):
            http.post("/api/v1/whatsapp/process-conversations", params={"tenant": slug}).raise_for_status()


def hilo(environment: dict[str, str], *arguments: str) -> str:
    base = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments], cwd=ROOT, env=base | environment | {"PYTHONPATH": str(ROOT)},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=50, help="for each route")
    parser.add_argument("--seconds", type=int, default=0, help="go on until so much time has passed")
    parser.add_argument("--key", choices=("admin", "tenant", "read"), default="admin")
    given, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "HILO_PORT": str(free_port()), "HILO_DATA_DIR": folder, "HILO_API_KEY": ADMIN, "HILO_LOG_LEVEL": "warning",
            "HILO_BATCH_INTERVAL_MINUTES": "0", "HILO_TIMEZONE": "Europe/Madrid", "HILO_SYNC_REQUESTS_PER_MINUTE": "0",
        }  # fmt: skip
        for slug, address in (("sol", "whatsapp:+34910000001"), ("luna", "whatsapp:+34910000002")):
            hilo(environment, "tenants", "add", slug, "--timezone", "Europe/Madrid")
            hilo(environment, "tenants", "channel", slug, "twilio", address)
        key = ADMIN
        if given.key != "admin":
            scopes = ["--scope", "read"] if given.key == "read" else []
            said = hilo(environment, "keys", "create", "--name", "fuzz", "--tenant", "sol", *scopes)
            key = next(word for word in said.split() if word.startswith("hilo_"))
        log = Path(folder) / "server.txt"
        with running_server(environment, log=log) as server:
            fill(server.url)
            command = [
                str(Path(sys.executable).with_name("schemathesis")), "run", f"{server.url}/openapi.json",
                "--header", f"Authorization: Bearer {key}", "--max-examples", str(given.examples),
                "--checks", ",".join(CHECKS), "--continue-on-failure", "--request-timeout", "20", "--no-color",
                "--suppress-health-check", "all", "--generation-database", "none", "--warnings", "off", *more,
            ]  # fmt: skip
            if given.seconds:
                command += ["--max-time", str(given.seconds)]
            status = subprocess.run(command, cwd=folder, check=False).returncode
        errors = [line for line in log.read_text(errors="replace").splitlines() if "internal error" in line]
        print(*errors, sep="\n")
    return 1 if status or errors else 0


if __name__ == "__main__":
    sys.exit(main())
