"""Characters: bytes to text, lines, and the marks that WhatsApp strews in."""

from app.errors import InvalidRequest

# Direction marks and isolates, byte order marks, zero-width spaces. Not U+200D: it holds emoji together.
_MARKS = dict.fromkeys(
    [0x200B, 0x200E, 0x200F, 0x061C, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
)


def decode(data: bytes, name: str) -> str:
    """UTF-8 with or without a mark, or UTF-16 with one. Raises `InvalidRequest` for anything else."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"{name} is no UTF-8 text, which exports are; was it saved by another program?") from error
    if "\x00" in text[:4096]:
        raise InvalidRequest(f"{name} is no text")
    return text


def lines(text: str) -> list[str]:
    """Lines end in LF or CRLF, mixed at that; other separators (U+2028 …) belong to messages."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def unmarked(text: str) -> str:
    """`text` without invisible marks, which are no part of what anybody wrote."""
    return text if text.isascii() else text.translate(_MARKS)


def is_marked(text: str) -> bool:
    """True where WhatsApp itself wrote the text: on iPhones it then begins with U+200E."""
    return text.startswith("\u200e")
