"""The media worker: fetches the files of messages and puts what they say or show into the messages' text.

A message waits for it in the database, so a restart loses nothing; the answer waits for a bounded time
(`whatsapp_conversations.reply_media_until`), after which it is made without.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol
from uuid import UUID, uuid4

import structlog

from app.channels.content import DOCUMENT, STICKER, media_label, media_text
from app.channels.download import File, Limits
from app.channels.registry import Channels
from app.errors import MediaError, MediaRefused, MediaUnavailable, NotFound
from app.models import InboundMessage, Media, Message
from app.services.metrics import MEDIA
from app.services.worker import Worker, kept
from app.store.media import MediaClaim
from app.store.store import Store

log = structlog.get_logger(__name__)

_RETRY_SECONDS: Final = 5.0  # tripled with each attempt: 5 s, 15 s, … 10 min
_MAX_ATTEMPTS: Final = 6
_MAX_FILES: Final = 10  # of one message
_LONGEST: Final = 300.0  # seconds for all files of a message


class Reader(Protocol):
    """What turns files of some MIME types into text. `read` raises `MediaRefused` or `MediaUnavailable`."""

    def reads(self, content_type: str | None) -> bool: ...

    async def read(self, file: File, content_type: str, *, locale: str = "es") -> str: ...


class MediaWorker(Worker[MediaClaim]):
    """`readers`: the first that reads a file's type does. `done` is called when a message has been read or given up:
    an answer may wait for it."""

    name = "media"

    def __init__(
        self,
        store: Store,
        channels: Channels,
        *readers: Reader,
        limits: Limits,
        done: Callable[[], None] = lambda: None,
        lease_seconds: float = 60.0,
        concurrency: int = 4,
    ) -> None:
        super().__init__(concurrency=concurrency)
        self._store = store
        self._channels = channels
        self._readers = readers
        self._limits = limits
        self._done = done
        self._lease_seconds = lease_seconds
        self._providers = [channel.provider for channel in channels if channel.capabilities.downloads]
        if not self._providers:
            self.poll_seconds = 60.0

    def reads(self, message: InboundMessage) -> bool:
        """Whether any file of a message can be turned into text here. A sticker says what its sender feels."""
        if message.body == STICKER:
            return False
        return message.provider in self._providers and any(self._reader(m) for m in message.media)

    def _reader(self, media: Media) -> Reader | None:
        return next((reader for reader in self._readers if reader.reads(media.content_type)), None)

    async def claim(self) -> tuple[MediaClaim | None, float | None]:
        if not self._providers:
            return None, None
        claim = await self._store.claim_media(uuid4(), self._providers, lease_seconds=self._lease_seconds)
        return (claim, None) if claim.claimed else (None, claim.next_in)

    async def work(self, piece: MediaClaim) -> None:
        message, token = piece.message, piece.token
        assert message is not None
        assert token is not None

        async def renew() -> bool:
            return await self._store.renew_media(message.id, token, lease_seconds=self._lease_seconds)

        try:
            async with asyncio.timeout(_LONGEST), kept(renew, every=self._lease_seconds / 3):
                body, error = await self._read(message, piece.locale or "es")
        except asyncio.CancelledError:
            # The process stops: another may take it at once instead of waiting for the lease.
            await self._store.finish_media(message.id, token, before=message.body, retry_seconds=0)
            raise
        except TimeoutError:
            body, error = None, MediaUnavailable("reading the files took too long")
        except Exception as failure:
            log.exception("reading files broke", message=message.id)
            body, error = None, MediaUnavailable(type(failure).__name__)
        retry = None
        if isinstance(error, MediaUnavailable) and piece.attempt < _MAX_ATTEMPTS:
            body, retry = None, _RETRY_SECONDS * 3 ** (piece.attempt - 1)
        await self._finish(message, token, body, error, retry)

    async def _finish(
        self, message: Message, token: UUID, body: str | None, error: MediaError | None, retry: float | None
    ) -> None:
        outcome = await self._store.finish_media(
            message.id,
            token,
            before=message.body,
            body=body,
            error=error.detail if error else None,
            retry_seconds=retry,
        )
        MEDIA.labels(message.provider, outcome).inc()
        if error is not None:
            log.warning("file not read", message=message.id, error=error.detail, retry=retry)
        else:
            log.info("file " + outcome, message=message.id)
        self._done()

    async def _read(self, message: Message, locale: str) -> tuple[str | None, MediaError | None]:
        """The message's text with what its files hold; None if nothing could be read. And the error that another
        attempt might spare (`MediaUnavailable` first)."""
        texts: list[str] = []
        errors: list[MediaError] = []
        found = False
        for number, media in enumerate(message.media):
            label, reader = media_label(media.content_type), self._reader(media)
            if reader is None or number >= _MAX_FILES:
                texts.append(label)
                continue
            try:
                texts.append(f"{label} {await self._one(message, media, reader, locale)}")
                found = True
            except MediaError as error:
                texts.append(label)
                errors.append(error)
        worst = next((e for e in errors if isinstance(e, MediaUnavailable)), next(iter(errors), None))
        return (_joined(message, texts) if found else None), worst

    async def _one(self, message: Message, media: Media, reader: Reader, locale: str) -> str:
        try:
            channel = self._channels.get(message.provider)
        except NotFound as error:
            raise MediaRefused("the channel is not set up any more") from error
        file = await channel.download(media, self._limits)
        if not file.content:
            raise MediaRefused("the file is empty")
        return await reader.read(file, media.content_type or "", locale=locale)


def _joined(message: Message, texts: Sequence[str]) -> str:
    """In place of the bare labels, behind the name of a single document, or below the caption."""
    read = "\n".join(texts)
    if message.body in (media_text(message.media), *(media_label(m.content_type) for m in message.media)):
        return read
    named = len(texts) == 1 and message.body.startswith(f"{DOCUMENT} ") and "\n" not in message.body
    if named and read.startswith(f"{DOCUMENT} "):
        return f"{message.body}: {read.removeprefix(f'{DOCUMENT} ')}"
    return f"{message.body}\n{read}"
