"""The text of a PDF: its bytes on the standard input, its text (UTF-8) on the standard output.

A program of its own, run by `services.documents`: what a stranger made is unpacked in a process that may use so much
memory and time and no more, and that has no secrets. It ends with one of the codes below. Imports nothing of ours.
"""

import contextlib
import io
import resource
import sys

from pypdf import PdfReader
from pypdf.errors import PyPdfError

OK, ENCRYPTED, UNREADABLE = 0, 3, 4

MAX_PAGES = 30
MAX_TEXT = 20_000  # characters
MEMORY = 400_000_000  # bytes of address space, the interpreter's included
CPU_SECONDS = 10

# What pypdf lets through when a file is not what it says it is.
_BROKEN = (PyPdfError, ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError,
           ValueError)  # fmt: skip


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # macOS has no limit of this kind
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    texts: list[str] = []
    left = MAX_TEXT
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        # Many are encrypted with an empty password, against copying.
        if reader.is_encrypted and not reader.decrypt(""):
            return ENCRYPTED
        for page in reader.pages[:MAX_PAGES]:
            texts.append(page.extract_text()[:left])
            left -= len(texts[-1])
            if left <= 0:
                break
    except _BROKEN:
        if not texts:
            return UNREADABLE
    sys.stdout.buffer.write("\n".join(texts).encode("utf-8", "replace"))
    return OK


if __name__ == "__main__":
    sys.exit(main())
