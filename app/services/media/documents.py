"""What stands in documents that customers send: PDF and plain text. No model is needed for it."""

import asyncio
import contextlib
import re
import sys
from pathlib import Path
from typing import Final

from app.channels.download import File
from app.errors import MediaRefused, MediaUnavailable

_MAX_TEXT: Final = 4000  # characters that are kept of one document
_SECONDS: Final = 20.0  # for one document; the process itself may compute for half of that
_AT_A_TIME: Final = 2
_TEXTS: Final = frozenset({"text/plain", "text/csv", "text/markdown", "text/calendar"})
_PDF: Final = "application/pdf"
_PROGRAM: Final = Path(__file__).with_name("pdf_text.py")
_ENCRYPTED: Final = 3  # as it says itself
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Documents:
    """Reads documents, so many at a time. `seconds`: for one."""

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._slots = asyncio.Semaphore(_AT_A_TIME)

    def reads(self, content_type: str | None) -> bool:
        """Whether files of this MIME type are read here."""
        return _mime(content_type) in _TEXTS | {_PDF}

    async def read(self, file: File, content_type: str, *, locale: str = "es") -> str:
        """The text of a file, on one line. Raises `MediaRefused` for one that holds none, `MediaUnavailable` for
        what may work later. `content_type` is what the message called it; the file itself decides."""
        del locale  # it is in the language that it is in
        if file.content.lstrip()[:5] == b"%PDF-":
            async with self._slots:
                text = await self._pdf(file.content)
        elif _mime(content_type) == _PDF:
            raise MediaRefused("the file is no PDF")
        else:
            text = _decoded(file.content)
        text = " ".join(_CONTROL.sub(" ", text).split())
        if not text:
            raise MediaRefused("the document has no text (a scan, perhaps)")
        return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"

    async def _pdf(self, content: bytes) -> str:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", str(_PROGRAM), env={},
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise MediaUnavailable("there is no process left to read a PDF with") from error
        try:
            async with asyncio.timeout(self._seconds):
                said, _ = await process.communicate(content)
        except TimeoutError as error:
            raise MediaRefused("reading the PDF takes too long") from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode == _ENCRYPTED:
            raise MediaRefused("the PDF is encrypted")
        if process.returncode != 0:  # or it was stopped, at its limit of memory or time
            raise MediaRefused("the PDF cannot be read: it is damaged, or unpacks to too much")
        return said.decode("utf-8", "replace")


def _decoded(content: bytes) -> str:
    if b"\x00" in content[:1000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise MediaRefused("the file is no text")
    for encoding in ("utf-8-sig", "utf-16") if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode("cp1252", "replace")


def _mime(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
