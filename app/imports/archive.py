"""An export on disk: a text, or a zip that holds one. Media stay in the zip; only the chat's text is read."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.errors import InvalidRequest
from app.imports.headers import read_header
from app.imports.locales import LOCALES
from app.imports.text import decode, lines, unmarked

# WhatsApp exports 40,000 messages at most, some 4 MB of text; a hundred years of chatting fit in this.
MAX_TEXT = 64 * 1024 * 1024
MAX_FILES = 200_000
_TITLES = tuple(
    re.compile(re.escape(title).replace(r"\*", "(?P<name>.+?)").replace(r"\ ", r"[\s_]+"), re.IGNORECASE)
    for title in dict.fromkeys(title for one in LOCALES.values() for title in one.titles)
)
_COPY = re.compile(r"\s*\(\d{1,3}\)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """An export's text. `contact` is the name in the file's name, as the exporting phone has it in its address book."""

    name: str
    text: str
    contact: str | None = None


def read_source(path: Path) -> Source:
    """Read a .txt, or the chat in a .zip. Raises `InvalidRequest` for what is neither, or too large; `OSError`."""
    with path.open("rb") as file:
        is_zip = file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
        if not is_zip:
            file.seek(0)
            data = file.read(MAX_TEXT + 1)
            _check_size(len(data), path.name)
            return Source(name=path.name, text=decode(data, path.name), contact=contact_name(path.name))
    try:
        with zipfile.ZipFile(path) as archive:
            return _from_zip(archive, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InvalidRequest(f"{path.name} is a broken zip file: {error}; export the chat again") from error
    except NotImplementedError as error:
        raise InvalidRequest(f"{path.name} is packed in a way that cannot be read ({error})") from error


def _from_zip(archive: zipfile.ZipFile, name: str) -> Source:
    if len(archive.filelist) > MAX_FILES:
        raise InvalidRequest(f"{name} holds {len(archive.filelist):,} files: no export has as many")
    texts = [info for info in archive.filelist if _may_be_chat(info)]
    chats = [info for info in texts if _path(info).name.lower() == "_chat.txt"]
    chats = chats or [info for info in texts if contact_name(_path(info).name)]
    # A shared text document lies beside the chat under a name of its own; only the chat begins like one.
    chats = chats or [info for info in texts if _begins_like_chat(archive, info)]
    if not chats:
        raise InvalidRequest(f"{name} holds no chat: no _chat.txt and no other text of messages")
    shallow = min(len(_path(info).parts) for info in chats)
    chats = [info for info in chats if len(_path(info).parts) == shallow]
    if len(chats) > 1:
        raise InvalidRequest(f"{name} holds {len(chats)} chats; unpack it and import one at a time")
    info = chats[0]
    inner = _path(info).name
    text = decode(_read(archive, info, MAX_TEXT), f"{inner} in {name}")
    return Source(name=f"{name}/{inner}", text=text, contact=contact_name(inner) or contact_name(name))


def _may_be_chat(info: zipfile.ZipInfo) -> bool:
    path = _path(info)
    hidden = "__MACOSX" in path.parts or path.name.startswith("._")
    return not info.is_dir() and not hidden and path.suffix.lower() == ".txt"


def _path(info: zipfile.ZipInfo) -> PurePosixPath:
    """Names without the UTF-8 flag are read as DOS names by `zipfile`; phones mean UTF-8."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return PurePosixPath(name.replace("\\", "/"))


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    if info.flag_bits & 1:
        raise InvalidRequest(f"{_path(info).name} is encrypted; unpack it first")
    _check_size(info.file_size, _path(info).name, limit)
    with archive.open(info) as file:
        data = file.read(limit + 1)  # what a zip says of its sizes need not be true
    _check_size(len(data), _path(info).name, limit)
    return data


def _check_size(size: int, name: str, limit: int = MAX_TEXT) -> None:
    if size > limit:
        raise InvalidRequest(f"{name} has more than {limit // 2**20} MB of text: no exported chat has as much")


def _begins_like_chat(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    if info.flag_bits & 1:
        raise InvalidRequest(f"{_path(info).name} is encrypted; unpack it first")
    with archive.open(info) as file:
        beginning = file.read(8192)
    return any(read_header(unmarked(line)) for line in _some_lines(beginning))


def _some_lines(data: bytes) -> Iterator[str]:
    yield from lines(data.decode("utf-8-sig", errors="replace"))[:50]


def contact_name(name: str) -> str | None:
    """Who a chat is with, by its file's name: "Chat de WhatsApp con Ana.txt" → Ana; None for other names."""
    stem = re.sub(r"\.(txt|zip)$", "", name, flags=re.IGNORECASE).strip()
    stem = _COPY.sub("", unmarked(stem))
    found = next((match for title in _TITLES if (match := title.fullmatch(stem))), None)
    return " ".join(found["name"].split()) if found else None
