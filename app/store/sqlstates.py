"""Postgres' error codes as errors of ours; both transports map them here."""

from app.errors import NotFound, SchemaMismatch, StoreError, StoreRefused, StoreUnavailable

# Classes (first two characters) that say "later", not "no": connection, insufficient resources, operator intervention.
_UNAVAILABLE_CLASSES = {"08", "53", "57", "58"}
_UNAVAILABLE = {
    "25006",  # read only: a standby, for the time of a failover
    "40001",  # serialization failure
    "40P01",  # deadlock
    "26000",  # unknown prepared statement,
    "42P05",  # and one that is there already: a transaction pooler stands in between
    "55P03",  # lock not available
}
_SCHEMA = {
    "42883",  # undefined function
    "42P01",  # undefined table
    "42703",  # undefined column
    "3F000",  # undefined schema
}


_REFUSED = {"28000", "28P01", "3D000", "42501"}
_TOO_SLOW = "57014"  # canceled, mostly for its time limit


def may_be_repeated(sqlstate: str | None) -> bool:
    """Whether the same call may fare better a moment later, on this server, with these credentials."""
    return sqlstate != _TOO_SLOW and sqlstate not in _REFUSED


def store_error(sqlstate: str | None, message: str, hint: str | None = None) -> StoreError:
    """The error for what the database said. `hint` is appended where our own functions give one."""
    text = f"{message}. {hint}" if hint else message
    if sqlstate == _TOO_SLOW:
        return StoreUnavailable(f"The database took too long: {text}")
    if sqlstate is None or sqlstate[:2] in _UNAVAILABLE_CLASSES or sqlstate in _UNAVAILABLE:
        return StoreUnavailable(f"The database does not answer: {text}")
    if sqlstate in _SCHEMA:
        return SchemaMismatch(f"The database has not this version's schema ({message}): run `hilo migrate`")
    if sqlstate == "HL404":
        return NotFound(text)
    if sqlstate in _REFUSED:
        return StoreUnavailable(f"The database refuses this server: {text}")
    return StoreRefused(text)
