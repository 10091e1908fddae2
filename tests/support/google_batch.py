"""Guides, Send batch requests: several calls in one `multipart/mixed` request, each answered as if it had come alone.

Hilo does not use it: Google's library posts batches to an address of its own, whatever endpoint it was given, and each
call in a batch counts against the quota all the same.
"""

import json
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

MOST = 50  # "You're limited to 50 calls in a single batch request."
_BOUNDARY = "batch_of_answers"


class Part(NamedTuple):
    id: str
    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: EmailMessage


def parts(content_type: str, raw: bytes) -> Iterator[Part]:
    whole = BytesParser(policy=policy.HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw)
    for part in whole.iter_parts():
        text = part.get_payload(decode=True)
        first, _, rest = bytes(text).partition(b"\n")
        method, address, _ = first.decode().split(" ", 2)
        inner = BytesParser(policy=policy.HTTP).parsebytes(rest)
        content = inner.get_payload(decode=True) or b""
        url = urlsplit(address)
        yield Part(
            str(part["Content-ID"]), method, url.path, dict(parse_qsl(url.query)),
            json.loads(bytes(content)) if content else None, inner,
        )  # fmt: skip


def answers(content_type: str, raw: bytes, one: Callable[[Part], tuple[int, Any]]) -> tuple[str, bytes]:
    """The answer's content type and body; `one` answers a part."""
    asked = list(parts(content_type, raw))
    assert len(asked) <= MOST
    written = b""
    for part in asked:
        status, payload = one(part)
        data = b"" if payload is None else json.dumps(payload).encode()
        head = (
            f"--{_BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <response-{part.id.strip('<>')}>\r\n\r\n"
            f"HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        written += head.encode() + data + b"\r\n"
    return f"multipart/mixed; boundary={_BOUNDARY}", written + f"--{_BOUNDARY}--".encode()
