"""PDF files made by hand, good and hostile."""

import zlib
from collections.abc import Sequence


def pdf(*pages: Sequence[str], packed: bytes | None = None, trailer: str = "") -> bytes:
    """A file with a page for each list of lines. `packed`: a content stream, compressed already, for all of them."""
    objects: dict[int, bytes] = {
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    }
    kids = []
    for number, lines in enumerate(pages):
        page, content = 4 + 2 * number, 5 + 2 * number
        kids.append(f"{page} 0 R")
        shown = b" T* ".join(b"(" + _escaped(line) + b") Tj" for line in lines)
        stream = zlib.compress(b"BT /F1 12 Tf 14 TL 50 750 Td " + shown + b" ET") if packed is None else packed
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            + f" /Contents {content} 0 R >>".encode()
        )
        objects[content] = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream)
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return _file(objects, trailer)


def _file(objects: dict[int, bytes], trailer: str = "") -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = {}
    for number in sorted(objects):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % offsets[number] for number in range(1, size))
    out += f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _escaped(line: str) -> bytes:
    return line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def bomb() -> bytes:
    """A page of two gigabytes, packed into two megabytes."""
    packer, megabyte = zlib.compressobj(9), b" " * 1_000_000
    first, second = (packer.compress(megabyte) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return pdf(["x"], packed=first + second * 1999 + packer.flush())  # a block after a full flush may be repeated


def loop() -> bytes:
    """Pages that hold themselves."""
    return _file(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 9 >>",
            3: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 9 >>",
        }
    )


def encrypted() -> bytes:
    """Shut with a password (the keys are none, so that no password opens it)."""
    keys = f"/O <{'41' * 32}> /U <{'42' * 32}> /P -4 /V 1 /R 2 /Filter /Standard"
    return pdf(["secreto"], trailer=f"/Encrypt << {keys} >> /ID [<00> <00>]")
