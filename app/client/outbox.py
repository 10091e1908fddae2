"""Calls that wait until the API is back, in order, in memory or in a file that survives the process."""

import json
import sqlite3
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from .metrics import OUTBOX, OUTBOX_DROPPED


@dataclass(frozen=True, kw_only=True)
class Call:
    """One write. `key` names it, so that the API recognises a repeat. `begin`: it was made before its conversation had
    an id; this creates the conversation (or finds the active one), and `{session}` in the path stands for its id."""

    method: str
    path: str
    body: dict[str, Any]
    key: str
    begin: dict[str, Any] | None = None


class Outbox(Protocol):
    """First in, first out. When it is full the oldest is dropped, and counted."""

    def add(self, call: Call) -> None: ...

    def first(self) -> Call | None: ...

    def remove_first(self) -> None: ...

    def __len__(self) -> int: ...

    def close(self) -> None: ...


class MemoryOutbox:
    def __init__(self, limit: int = 10_000) -> None:
        self._calls: deque[Call] = deque()
        self._limit = limit

    def add(self, call: Call) -> None:
        if len(self._calls) >= self._limit:
            self._calls.popleft()
            OUTBOX_DROPPED.labels("full").inc()
        self._calls.append(call)
        OUTBOX.set(len(self))

    def first(self) -> Call | None:
        return self._calls[0] if self._calls else None

    def remove_first(self) -> None:
        if self._calls:
            self._calls.popleft()
        OUTBOX.set(len(self))

    def __len__(self) -> int:
        return len(self._calls)

    def close(self) -> None:
        """What waits is lost."""


class FileOutbox:
    """SQLite; one process at a time delivers from a file. Holds what customers wrote: keep it readable by its owner."""

    def __init__(self, path: str, limit: int = 10_000) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute("create table if not exists calls (id integer primary key autoincrement, call text)")
        self._limit = limit
        OUTBOX.set(len(self))

    def add(self, call: Call) -> None:
        if len(self) >= self._limit:
            self.remove_first()
            OUTBOX_DROPPED.labels("full").inc()
        self._connection.execute("insert into calls (call) values (?)", (json.dumps(asdict(call)),))
        OUTBOX.set(len(self))

    def first(self) -> Call | None:
        row = self._connection.execute("select call from calls order by id limit 1").fetchone()
        return Call(**json.loads(row[0])) if row else None

    def remove_first(self) -> None:
        self._connection.execute("delete from calls where id = (select min(id) from calls)")
        OUTBOX.set(len(self))

    def __len__(self) -> int:
        return int(self._connection.execute("select count(*) from calls").fetchone()[0])

    def close(self) -> None:
        self._connection.close()
