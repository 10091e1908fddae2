"""Files and zips: what is read of them, and what is refused."""

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.errors import InvalidRequest
from app.imports import archive
from app.imports.archive import read_source

CHAT = "14/5/2025, 10:30 - Rosa: hola\n14/5/2025, 10:31 - Luz: ¿qué tal?\n"


def packed(folder: Path, files: Mapping[str, str | bytes], name: str = "chat.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for inner, data in files.items():
            made.writestr(inner, data)
    return path


def test_a_zip_of_an_iphone_as_macs_pack_it(tmp_path: Path):
    nested = packed(tmp_path, {"_chat.txt": "otro"}, "nested.zip").read_bytes()
    found = read_source(packed(tmp_path, {
        "__MACOSX/._chat.txt": b"\x00\x05", "__MACOSX/_chat.txt": "no", "00000001-PHOTO.jpg": b"\xff\xd8",
        "notas.txt": CHAT.replace("Rosa", "Eva"), "00000002-viejo.zip": nested, "_chat.txt": "\ufeff" + CHAT,
    }, "WhatsApp Chat - Rosa Díaz.zip"))  # fmt: skip
    assert found.text == CHAT
    assert found.contact == "Rosa Díaz"


def test_a_zip_of_android(tmp_path: Path):
    name = "Chat de WhatsApp con Rosa Díaz.txt"
    found = read_source(packed(tmp_path, {"lista de precios.txt": CHAT.upper(), name: CHAT, "IMG-1.jpg": b"x"}))
    assert (found.text, found.contact) == (CHAT, "Rosa Díaz")


def test_a_chat_under_any_name(tmp_path: Path):
    assert read_source(packed(tmp_path, {"carpeta/rosa.txt": CHAT, "lista.txt": "pan\nleche"})).text == CHAT
    with pytest.raises(InvalidRequest, match="holds 2 chats"):
        read_source(packed(tmp_path, {"rosa.txt": CHAT, "eva.txt": CHAT}))
    with pytest.raises(InvalidRequest, match="holds no chat"):
        read_source(packed(tmp_path, {"lista.txt": "pan\nleche", "foto.jpg": b"x"}))


def test_encodings(tmp_path: Path):
    path = tmp_path / "WhatsApp Chat with +51 999 200 001.txt"
    for data in (CHAT.encode(), CHAT.encode("utf-8-sig"), CHAT.encode("utf-16")):
        path.write_bytes(data)
        assert read_source(path).text == CHAT
    assert read_source(path).contact == "+51 999 200 001"
    for data in (CHAT.encode("latin-1"), b"\x89PNG\r\n\x1a\n\x00\x00", b"a\x00b"):
        path.write_bytes(data)
        with pytest.raises(InvalidRequest, match=r"no (UTF-8 )?text"):
            read_source(path)


def test_a_zip_bomb(tmp_path: Path):
    bomb = packed(tmp_path, {"_chat.txt": b" " * (archive.MAX_TEXT + 1)})
    assert bomb.stat().st_size < 100_000
    with pytest.raises(InvalidRequest, match=r"_chat\.txt has more than 64 MB of text"):
        read_source(bomb)


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path):
    bomb = packed(tmp_path, {"_chat.txt": b" " * (archive.MAX_TEXT + 1)})
    data = bytearray(bomb.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 24 :][:4] = b""
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 100)
    bomb.write_bytes(data)
    with pytest.raises(InvalidRequest):
        read_source(bomb)


def test_media_of_any_size_are_not_read(tmp_path: Path):
    assert read_source(packed(tmp_path, {"VID-1.mp4": bytes(archive.MAX_TEXT + 1), "_chat.txt": CHAT})).text == CHAT


def test_a_text_of_any_size_is_not_read(tmp_path: Path):
    path = tmp_path / "chat.txt"
    with path.open("wb") as file:
        file.truncate(3 * 2**30)  # sparse
    with pytest.raises(InvalidRequest, match="more than 64 MB"):
        read_source(path)


def test_broken_and_encrypted_zips(tmp_path: Path):
    path = packed(tmp_path, {"_chat.txt": CHAT * 50})
    whole = path.read_bytes()
    path.write_bytes(whole[:60])
    with pytest.raises(InvalidRequest, match="broken zip"):
        read_source(path)
    data = bytearray(whole)
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(InvalidRequest, match="encrypted"):
        read_source(path)
    data = bytearray(whole)
    data[60:70] = bytes(10)
    path.write_bytes(data)
    with pytest.raises(InvalidRequest, match="broken zip"):
        read_source(path)
