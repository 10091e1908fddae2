"""What stands in PDFs and text files; hostile ones are refused, in bounded memory and time, and said so."""

import time
import zlib

import pytest

from app.channels.download import File
from app.errors import MediaRefused
from app.services.media.documents import Documents
from tests.support import pdfs


async def read(content: bytes, content_type: str = "application/pdf") -> str:
    return await Documents().read(File(content=content, content_type=content_type), content_type)


async def test_a_pdf_page_by_page():
    found = await read(pdfs.pdf(["Presupuesto nº 7 (España)", "Visita: viernes 10:00"], ["Total: 120 €"]))
    assert found == "Presupuesto nº 7 (España) Visita: viernes 10:00 Total: 120 €"


async def test_only_so_much_of_it():
    found = await read(pdfs.pdf(*[[f"página {n} " + "x" * 500] for n in range(50)]))
    assert len(found) == 4000
    assert found.endswith("…")


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ("cita el viernes\n a las 10 ñ".encode(), "text/plain; charset=utf-8", "cita el viernes a las 10 ñ"),
        ("mañana".encode("cp1252"), "text/plain", "mañana"),
        ("mañana".encode("utf-16"), "text/plain", "mañana"),
        (b"\xef\xbb\xbfa,b\r\n1,\x002", "text/csv", None),
        (b"BEGIN:VCALENDAR\r\nSUMMARY:Cita\r\nEND:VCALENDAR", "text/calendar",
         "BEGIN:VCALENDAR SUMMARY:Cita END:VCALENDAR"),
    ],
)  # fmt: skip
async def test_plain_texts(content: bytes, kind: str, text: str | None):
    assert Documents().reads(kind)
    if text is None:
        with pytest.raises(MediaRefused, match="no text"):
            await read(content, kind)
    else:
        assert await read(content, kind) == text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (pdfs.bomb(), "unpacks to too much"),
        (pdfs.loop(), "cannot be read|no text"),
        (pdfs.encrypted(), "is encrypted"),
        (b"%PDF-1.7\n", "damaged"),
        (pdfs.pdf(["x"])[:200], "damaged"),
        (pdfs.pdf(["x"], packed=b"no zlib at all"), "damaged|no text"),
        (pdfs.pdf(["x"], packed=zlib.compress(b"q " * 1_000_000)), "damaged|no text"),
        (pdfs.pdf([]), "no text"),
        (b"<html>", "no PDF"),
        (b"PK\x03\x04" + b"0" * 1000, "no PDF"),
    ],
    ids=["bomb", "loop", "encrypted", "head", "cut", "no-zlib", "many-operators", "empty", "page", "zip"],
)
async def test_what_cannot_be_read_is_refused_soon(content: bytes, why: str):
    began = time.monotonic()
    with pytest.raises(MediaRefused, match=why):
        await read(content)
    assert time.monotonic() - began < 25


async def test_a_pdf_that_takes_too_long_is_stopped():
    with pytest.raises(MediaRefused, match="too long"):
        await Documents(seconds=0.01).read(File(content=pdfs.pdf(["x"]), content_type=""), "application/pdf")


def test_what_is_read():
    reads = Documents().reads
    assert reads("application/PDF; name=a")
    assert not any(map(reads, [None, "", "image/png", "application/zip", "application/msword", "text/html"]))
