"""A mail server as RFC 5321 describes it (with STARTTLS, RFC 3207, and AUTH PLAIN, RFC 4954), which keeps what it takes
and can be told to misbehave."""

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, kw_only=True)
class Letter:
    sender: str
    to: str
    login: str | None
    encrypted: bool
    message: EmailMessage

    @property
    def text(self) -> str:
        return self.message.get_content().replace("\r\n", "\n")


@dataclass
class MailServer:
    """`faults`, one for each letter: a reply to RCPT (`550 no such mailbox`), or `take-and-drop`: the letter is taken
    and the connection closed without a word."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    password: str | None = None
    tls: ssl.SSLContext | None = None
    connections: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = to = login = None
        encrypted = False

        async def say(*lines: str) -> None:
            writer.write("".join(f"{line}\r\n" for line in lines).encode())
            await writer.drain()

        await say("220 mail.test ESMTP")
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO":
                    offers = ["STARTTLS"] if self.tls and not encrypted else []
                    offers += ["AUTH PLAIN"] if self.password and (encrypted or not self.tls) else []
                    names = ["mail.test", *offers]
                    await say(*[f"250{'-' if name != names[-1] else ' '}{name}" for name in names])
                case "STARTTLS":
                    await say("220 go on")
                    await writer.start_tls(self.tls)
                    encrypted = True
                case "AUTH":
                    _, user, given = base64.b64decode(rest.split()[1]).decode().split("\0")
                    login = user if given == self.password else None
                    await say("235 welcome" if login else "535 5.7.8 authentication failed")
                case "MAIL" if self.password and not login:
                    await say("530 5.7.0 authentication required")
                case "MAIL":
                    sender = rest[rest.index("<") + 1 : rest.index(">")]
                    await say("250 ok")
                case "RCPT":
                    to = rest[rest.index("<") + 1 : rest.index(">")]
                    fault = self.faults[0] if self.faults else ""
                    await say(self.faults.pop(0) if fault[:1].isdigit() else "250 ok")
                case "DATA":
                    await say("354 end with a dot")
                    body = bytearray()
                    while (part := await reader.readline()) != b".\r\n":
                        body += part[1:] if part.startswith(b".") else part
                    assert sender is not None
                    assert to is not None
                    message = message_from_bytes(bytes(body), policy=default)
                    self.letters.append(Letter(sender=sender, to=to, login=login, encrypted=encrypted, message=message))
                    if self.faults and self.faults[0] == "take-and-drop":
                        self.faults.pop(0)
                        return
                    await say("250 taken")
                case "QUIT":
                    await say("221 bye")
                    return
                case _:
                    await say("250 ok")


@contextlib.asynccontextmanager
async def mail_server(*, password: str | None = None, tls: ssl.SSLContext | None = None) -> AsyncIterator[MailServer]:
    server = MailServer(password=password, tls=tls)
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server on 127.0.0.1 shows, and a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    both = folder / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(both)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
