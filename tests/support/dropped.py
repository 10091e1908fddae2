"""Customers write while the replies of the database's REST interface are dropped, cut and delayed at random."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.store import embedded
from tests.support.crash import CrashRun
from tests.support.supabase import Supabase, prepare


class DroppedReplies(CrashRun):
    """No kills; each call of the servers meets a fault (`Fault`) with probability `rate`, until at least `messages`
    were sent and everything is answered and processed."""

    def __init__(self, folder: Path, *, messages: int, rate: float, seed: int, **given: Any) -> None:
        super().__init__(folder, rounds=0, seed=seed, **given)
        self.folder, self.messages, self.rate, self.seed = folder, messages, rate, seed
        self.project: Supabase

    @contextlib.contextmanager
    def _database(self) -> Iterator[str]:
        with embedded.start(self.folder / "project") as database:
            prepare(database.dsn)
            with Supabase(database.dsn) as self.project:
                store = {
                    "SUPABASE_URL": self.project.url,
                    "SUPABASE_KEY": self.project.service_key,
                    "HILO_POLL_SECONDS": "1",
                }
                for server in self.servers:
                    server.environment |= store
                yield database.dsn

    def _disturb(self) -> None:
        self.project.faults.at_random(self.rate, seed=self.seed)
        while (sent := sum(len(customer.sids) for customer in list(self.customers))) < self.messages:
            self.say(f"{sent}/{self.messages} messages, {self.project.calls} calls, {self.faults} faults")
            time.sleep(min(5.0, self.messages / 100))

    @property
    def faults(self) -> int:
        return sum(self.project.faults.met.values())
