"""E-mail over SMTP (RFC 5321), by the standard library in a thread; one connection for each message.

Only the answer to a message's last line says that it was taken. Whoever does not hear it cannot know, and SMTP has no
list to ask: that is an error of its own here (`UNCLEAR`), so that nobody is told twice.
"""

import asyncio
import re
import smtplib
import ssl
import time
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final, Literal

from app.errors import InvalidRequest, SendRefused, SendUnavailable

Security = Literal["starttls", "tls", "none"]

UNCLEAR: Final = "unclear"
PORTS: Final[dict[Security, int]] = {"starttls": 587, "tls": 465, "none": 25}
_STEP_SECONDS: Final = 8.0
_SECONDS: Final = 30.0  # for all of it: less than the lease of what is told
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def email_address(given: str) -> str:
    """An address as it goes into an envelope, its domain in ASCII. Raises `InvalidRequest`."""
    local, _, domain = given.strip().rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    labels = host.split(".")
    good = len(labels) > 1 and all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", label) for label in labels)
    if not good or len(local) > 64 or len(host) > 253 or not _LOCAL_PART.fullmatch(local):
        raise InvalidRequest("The e-mail address should look like rosa@example.com")
    return f"{local}@{host}"


class Mailer:
    """One mail server. `sender` is an address, with or without a name before it (`Hilo <hilo@example.com>`).

    `security`: `starttls` (refuses a server that does not offer it), `tls` from the first byte, or `none`.
    """

    def __init__(
        self,
        *,
        host: str,
        sender: str,
        port: int | None = None,
        security: Security = "starttls",
        user: str | None = None,
        password: str | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port = host, port or PORTS[security]
        self._security = security
        self._login = (user, password) if user and password else None
        self._context = context
        name, address = parseaddr(sender)
        self._address = email_address(address)
        self._from = Address(display_name=name, addr_spec=self._address)

    async def send(self, message_id: str, to: str, subject: str, text: str) -> None:
        """Raises `SendRefused` for what will not be taken, `SendUnavailable` for what may be later, the latter with the
        code `UNCLEAR` when the server may have taken it. `message_id` names the message, on the receiver's side too.
        """
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["To"] = self._from, Address(addr_spec=to)
        letter["Subject"] = " ".join(subject.split())[:150]
        letter["Date"] = format_datetime(datetime.now(UTC))
        letter["Message-ID"] = f"<{message_id}@{self._address.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office programs do not answer
        letter.set_content(text, cte="quoted-printable")
        await asyncio.to_thread(self._deliver, to, letter.as_bytes())

    async def check(self) -> None:
        """Connect and log in, and send nothing. Raises like `send`."""
        await asyncio.to_thread(self._deliver, None, b"")

    def _deliver(self, to: str | None, letter: bytes) -> None:
        ends = time.monotonic() + _SECONDS
        handed_over = False
        try:
            smtp = self._connected()
            try:
                if to is None:
                    return
                _still(smtp, ends)
                _taken(smtp.mail(self._address))
                _taken(smtp.rcpt(to))
                _still(smtp, ends)
                handed_over = True
                _taken(smtp.data(letter))
            finally:
                # Only to be polite: what was taken stays so.
                if not handed_over:
                    _part(smtp)
                else:
                    smtp.close()
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _failure(error, handed_over=handed_over) from error

    def _connected(self) -> smtplib.SMTP:
        context = self._context or ssl.create_default_context()
        if self._security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=_STEP_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(self._host, self._port, timeout=_STEP_SECONDS)
        try:
            if self._security == "starttls":
                smtp.starttls(context=context)
            if self._login:
                smtp.login(*self._login)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp


def _still(smtp: smtplib.SMTP, ends: float) -> None:
    """Give the next step what is left of the time."""
    left = min(_STEP_SECONDS, ends - time.monotonic())
    if left <= 0:
        raise TimeoutError
    assert smtp.sock is not None
    smtp.sock.settimeout(left)


def _taken(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, said)


def _part(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()


def _failure(error: Exception, *, handed_over: bool) -> SendUnavailable:
    """A conversation that broke off."""
    if handed_over:
        return SendUnavailable("the mail server fell silent after the last line", provider_code=UNCLEAR)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SendUnavailable(f"the mail server cannot do what is asked of it: {error}", provider_code="smtp")
    if isinstance(error, ssl.SSLError):
        why = getattr(error, "verify_message", "") or error.reason or "TLS failed"
        return SendUnavailable(f"no safe connection to the mail server: {why}", provider_code="tls")
    why = "did not answer in time" if isinstance(error, TimeoutError) else "cannot be reached"
    return SendUnavailable(f"the mail server {why}", provider_code="unreachable")


def _refusal(code: int, said: bytes | str) -> SendRefused | SendUnavailable:
    """5xx is for good, unless it is about us (a wrong password): an operator puts that right."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    detail = f"the mail server said {code} {' '.join(words.split())[:200]}"
    about_us = code in (530, 534, 535, 538, 550) and "auth" in words.lower()
    if code >= 500 and not about_us:
        return SendRefused(detail)
    return SendUnavailable(detail, provider_code="smtp")
