"""What operations cost the Postgres server, whatever else the machine is doing: processor time and log written."""

import os
from pathlib import Path
from typing import NamedTuple

import psycopg

_TICK = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """`milliseconds` of processor time (0 without /proc) and `log_bytes` of write-ahead log, since it started."""

    milliseconds: float
    log_bytes: int


def cost_so_far(dsn: str) -> Cost:
    """Of all server processes that run now: those in question must have run since the reading to compare with."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        rows = connection.execute(
            "select pid, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') from pg_stat_activity"
            " where pid <> pg_backend_pid()"
        ).fetchall()
    return Cost(sum(_milliseconds(pid) for pid, _ in rows), int(rows[0][1]) if rows else 0)


def _milliseconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * 1000 / _TICK
