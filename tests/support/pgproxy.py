"""A proxy in front of Postgres that can lose a connection at the moment that matters: see `Fault`."""

import contextlib
import socket
import socketserver
import threading
from typing import Any, Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.support.faults import Fault, Faults

_READY = b"Z\x00\x00\x00\x05I"  # ReadyForQuery outside a transaction: what was sent before has been committed

_KEY_DATA = b"K\x00\x00\x00\x0c"


class PostgresProxy:
    """Speaks just enough of the protocol to know when a statement is run and when it has been committed."""

    def __init__(self, dsn: str, *, pooler: bool = False) -> None:
        """`pooler`: tell the client a process id that is not the server's, as PgBouncer and Supabase's pooler do."""
        self.faults = Faults()
        info = conninfo_to_dict(dsn)
        host, port = str(info.get("host", "127.0.0.1")), int(info.get("port") or 5432)
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                upstream = _dial(host, port)
                with upstream, contextlib.suppress(OSError):
                    _Session(self.request, upstream, proxy.faults, pooler).run()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self.dsn = make_conninfo(
            dsn, host="127.0.0.1", port=self._server.server_address[1], sslmode="disable", gssencmode="disable"
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _dial(host: str, port: int) -> socket.socket:
    if host.startswith("/"):
        upstream = socket.socket(socket.AF_UNIX)
        upstream.connect(f"{host}/.s.PGSQL.{port}")
        return upstream
    return socket.create_connection((host, port))


class _Session:
    def __init__(self, client: socket.socket, server: socket.socket, faults: Faults, pooler: bool) -> None:
        self._client, self._server, self._faults, self._pooler = client, server, faults, pooler
        self._losing = threading.Event()
        for one in (client, server):
            with contextlib.suppress(OSError):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(self) -> None:
        back = threading.Thread(target=self._replies, daemon=True)
        try:
            self._server.sendall(self._read_startup())
            back.start()
            self._requests()
        finally:
            self._hang_up()

    def _hang_up(self) -> None:
        for one in (self._client, self._server):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _read_startup(self) -> bytes:
        head = self._exactly(4)
        return head + self._exactly(int.from_bytes(head, "big") - 4)

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self._client.recv(count - len(data))
            if not more:
                raise ConnectionResetError
            data += more
        return data

    def _requests(self) -> None:
        while True:
            head = self._exactly(5)
            body = self._exactly(int.from_bytes(head[1:], "big") - 4)
            if (head[:1] == b"E" or (head[:1] == b"Q" and b"hilo_" in body)) and (armed := self._faults.take()):
                if armed.fault is Fault.DROP:
                    return
                self._losing.set()
            self._server.sendall(head + body)

    def _replies(self) -> None:
        with contextlib.suppress(OSError):
            held: Any = b""
            while data := self._server.recv(65536):
                if self._pooler and (at := data.find(_KEY_DATA)) >= 0:
                    at += len(_KEY_DATA)
                    data = data[:at] + (2**31 - 1).to_bytes(4, "big") + data[at + 4 :]
                if not self._losing.is_set():
                    self._client.sendall(data)
                    continue
                held += data
                if held.endswith(_READY):
                    break
        self._hang_up()
