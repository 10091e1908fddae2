"""`hilo chat`: a terminal that plays a WhatsApp user against the running server."""

import asyncio
import sys
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, Final, Self, TypeVar

import typer

from app.commands import common

if TYPE_CHECKING:
    from app.commands.chat_session import ChatSession

T = TypeVar("T")

_SANDBOX: Final = "whatsapp:+14155238886"  # Twilio's sandbox number, where no number of ours is set
_HELP: Final = "/events lists this contact's events · /batch processes the conversation now · /quit leaves"
_PROMPT: Final = "> "


def chat(
    from_: Annotated[str, typer.Option("--from", help="The customer's number.")] = "+51999888777",
    name: Annotated[str, typer.Option(help="The customer's name.")] = "Ana",
    to: Annotated[str | None, typer.Option(help="Our number; TWILIO_WHATSAPP_NUMBER where not given.")] = None,
    url: Annotated[str | None, typer.Option(help="Another server than this machine's.")] = None,
    tenant: Annotated[str | None, typer.Option(help="The tenant that our number belongs to.")] = None,
    burst: Annotated[bool, typer.Option("--burst", help="From a pipe: do not wait for answers between lines.")] = False,
) -> None:
    """Write to the running server as a WhatsApp customer would, and see its answers and events.

    Lines may come from a pipe: then each waits for its answer before the next is sent.
    """
    from app.commands.addresses import whatsapp_address
    from app.commands.api_client import Server, find_key, local_url
    from app.commands.chat_session import ChatSession, Contact
    from app.errors import HiloError

    settings = common.settings()
    contact = Contact(
        address=whatsapp_address(from_),
        name=name,
        to=whatsapp_address(to) if to else settings.twilio_whatsapp_number or _SANDBOX,
    )
    base = (url or local_url(settings)).rstrip("/")
    token = settings.twilio_auth_token
    screen = _Screen()
    with _Loop() as loop:
        server = Server(base, key=find_key(settings), tenant=tenant)
        if not loop.wait(server.answers()):
            raise HiloError(f"No server answers at {base}: start it with ./scripts/run")
        session = ChatSession(
            server,
            contact,
            screen,
            signed_base_url=settings.public_base_url or base,
            token=token.get_secret_value() if token else None,
            locale=settings.locale,
        )
        before = loop.wait(session.open())
        looking = loop.start(session.run())
        try:
            if screen.typing:
                with suppress(KeyboardInterrupt):
                    _greet(contact.address, before, can_read=server.can_read)
                    _converse(loop, session)
            else:
                _play(loop, session, burst=burst)
        finally:
            looking.cancel()
            loop.wait(server.__aexit__())
    if session.failed:
        raise typer.Exit(1)


def _greet(contact: str, before: int, *, can_read: bool) -> None:
    known = f", who has written before ({before} messages)" if before else ""
    common.say(f"You are {contact.removeprefix('whatsapp:')}{known}. Write as a customer would.\n{_HELP}")
    if not can_read:
        common.say("Without the server's key (HILO_API_KEY) only answers in the webhook are seen, and no events.")


def _converse(loop: "_Loop", session: "ChatSession") -> None:
    """A person types: nothing that is under way holds the next line up."""
    with suppress(ImportError):
        import readline  # noqa: F401 - gives `input` line editing and a history
    while True:
        try:
            line = input(_PROMPT)
        except EOFError:
            common.say()
            return
        if line.strip() == "/quit":
            return
        loop.start(_act(session, line))


def _play(loop: "_Loop", session: "ChatSession", *, burst: bool) -> None:
    """Lines from a pipe, one after the other, as far as the first that fails."""
    for line in _lines():
        common.say(f"{_PROMPT}{line}")
        if line == "/quit":
            break
        if line.startswith("/"):
            loop.wait(_command(session, line))
            continue
        sent = loop.wait(session.say(line))
        if not burst:
            loop.wait(session.answer(sent))
        if session.failed:
            return
    loop.wait(session.finish())


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


async def _act(session: "ChatSession", line: str) -> None:
    if line.strip().startswith("/"):
        await _command(session, line.strip())
    elif line.strip():
        await session.say(line)


async def _command(session: "ChatSession", line: str) -> None:
    from app.errors import HiloError

    try:
        if line == "/events":
            await session.show_events()
        elif line == "/batch":
            await session.process()
        else:
            session.screen.remark(_HELP)
    except HiloError as error:
        session.failed = True
        session.screen.remark(error.detail)


class _Screen:
    """Standard output. On a terminal what comes in is written above the line that is being typed."""

    def __init__(self) -> None:
        self.typing = sys.stdin.isatty() and sys.stdout.isatty()
        self._console = common.console()
        self._lock = threading.Lock()

    def reply(self, text: str) -> None:
        self._write(f"Hilo: {text}", "bold cyan")

    def event(self, line: str) -> None:
        self._write(f"📅 {line}", "bold green")

    def remark(self, text: str) -> None:
        self._write(f"({text})", "dim")

    def _write(self, text: str, style: str) -> None:
        with self._lock:
            if self.typing:
                sys.stdout.write("\r\x1b[2K")
            self._console.print(text, style=style, markup=False)
            if self.typing:
                sys.stdout.write(_PROMPT + _typed_so_far())
            sys.stdout.flush()


def _typed_so_far() -> str:
    readline = sys.modules.get("readline")
    return readline.get_line_buffer() if readline else ""


class _Loop:
    """An event loop in a thread of its own, because a terminal's `input` cannot be awaited, nor interrupted there."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(TimeoutError):
            self.wait(_cancel_others(), seconds=2)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)

    def start(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        started = asyncio.run_coroutine_threadsafe(work, self._loop)
        started.add_done_callback(_tell)
        return started

    def wait(self, work: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)


def _tell(done: "Future[Any]") -> None:
    """What nobody waits for must not fail unseen."""
    if not done.cancelled() and (error := done.exception()):
        common.note(f"hilo: {type(error).__name__}: {error}")


async def _cancel_others() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
