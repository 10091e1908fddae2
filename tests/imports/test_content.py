"""What stands for media, deletions, edits, places and notices, in the languages that we know."""

import pytest

from app.imports.archive import contact_name
from app.imports.content import read_content
from app.imports.locales import LOCALES
from app.imports.values import Kind, MediaKind
from tests.imports.chats import parse


@pytest.mark.parametrize("language", LOCALES)
def test_every_locale(language: str):
    locale = LOCALES[language]
    for words in locale.placeholders:
        assert read_content(words.capitalize()).omitted
    for words in locale.deleted + locale.deleted_by_me:
        assert read_content(f"\u200e{words.capitalize()}.").kind is Kind.DELETED
    for words in locale.attached:
        found = read_content(f"\u200eIMG-20250514-WA0007.jpg ({words})\npara ti")
        assert (found.attachment, found.media, found.text) == ("IMG-20250514-WA0007.jpg", MediaKind.IMAGE, "para ti")
    for words in locale.edited:
        found = read_content(f"nos vemos a las 5 \u200e<{words.capitalize()}.>")
        assert (found.kind, found.text, found.edited) == (Kind.TEXT, "nos vemos a las 5", True)
    for words in locale.notices:
        assert read_content(f"\u200e{words.capitalize()} etcétera etcétera").kind is Kind.NOTICE
    for title in locale.titles:
        for ending in (".txt", ".zip", " (2).txt"):
            assert contact_name(title.replace("*", "Ana Ruiz") + ending) == "Ana Ruiz"


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("image omitted", MediaKind.IMAGE),
        ("GIF omitido", MediaKind.VIDEO),
        ("Tarjeta de contacto omitida", MediaKind.CONTACT),
        ("áudio ocultado", MediaKind.AUDIO),
        ("Bild weggelassen", MediaKind.IMAGE),
        ("sticker omis", MediaKind.STICKER),
        ("documento omesso", MediaKind.DOCUMENT),
        ("vídeo omès", MediaKind.VIDEO),
    ],
)
def test_media_that_iphones_leave_out(text: str, media: MediaKind):
    found = read_content("\u200e" + text)
    assert (found.kind, found.media, found.attachment) == (Kind.MEDIA, media, None)


@pytest.mark.parametrize(
    ("text", "name", "caption"),
    [
        ("<attached: 00000012-PHOTO-2025-05-14-10-30-00.jpg>", "00000012-PHOTO-2025-05-14-10-30-00.jpg", ""),
        ("mi brazo \u200e<adjunto: 00000013-PHOTO-2025.jpg>", "00000013-PHOTO-2025.jpg", "mi brazo"),
        ("< bijlage: nota 3.pdf >", "nota 3.pdf", ""),
        ("2025-05-14-AUDIO-00000001.opus <\u200eattached>", "2025-05-14-AUDIO-00000001.opus", ""),
        ("PTT-20250514-WA0001.opus (plik został dołączony)", "PTT-20250514-WA0001.opus", ""),
        ("Ana Ruiz.vcf (archivo adjunto)", "Ana Ruiz.vcf", ""),
    ],
)
def test_attachments(text: str, name: str, caption: str):
    found = read_content(text)
    assert (found.kind, found.attachment, found.text) == (Kind.MEDIA, name, caption)


def test_a_document_left_out_keeps_its_name():
    found = read_content("factura mayo.pdf • \u200e3 páginas \u200edocumento omitido")
    assert (found.omitted, found.media, found.text) == (True, MediaKind.DOCUMENT, "factura mayo.pdf • 3 páginas")


@pytest.mark.parametrize("text", [
    "te mando la imagen omitida ayer", "no veo la foto: imagen omitida", "el (archivo adjunto) no abre", "3 < 4 > 2",
    "escribe <nombre: apellido.com> en el formulario", "se eliminó este mensaje del contestador", "null y void",
    "are messages and calls encrypted?", "entró al grupo de las 5",
])  # fmt: skip
def test_what_people_write_about_such_things_is_text(text: str):
    found = read_content(text)
    assert (found.kind, found.text) == (Kind.TEXT, text)


def test_places():
    found = read_content("\u200eUbicación: https://maps.google.com/?q=-12.119300,-77.034200")
    assert (found.kind, found.location) == (Kind.LOCATION, ("-12.119300", "-77.034200"))


def test_a_group_is_known_by_its_notices_or_by_three_who_write():
    line = "14/5/2025, 10:30 - {}\n"
    assert parse(line.format("Rosa creó el grupo «Familia»")).is_group
    assert parse(line.format("You were added")).is_group
    assert parse("".join(line.format(f"{name}: hola") for name in ("Ana", "Eva", "Luz"))).is_group
    two = line.format("Los mensajes y las llamadas están cifrados de extremo a extremo. Toca para saber más.")
    two += line.format("Rosa cambió su número de teléfono. Toca para añadir el nuevo número.")
    assert not parse(two + line.format("Ana: el grupo de pilates") + line.format("Luz: hola")).is_group
