"""What PostgREST does for `POST /rpc/<function>`, without PostgREST.

It cannot be installed from a package that Python knows. This follows its documentation, and its source where that is
silent (https://docs.postgrest.org/en/v14): JSON keys become named parameters by the schema cache, each call is one
transaction (read only for functions that are not volatile) under the role of the key, rows are capped without a word,
and errors are {code, message, details, hint} with the documented statuses.
"""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import jwt
import psycopg
import psycopg_pool
from psycopg import sql

_ROLES = ("anon", "authenticated", "service_role")

# https://docs.postgrest.org/en/v14/references/errors.html#status-codes; the most specific first.
_STATUS: Mapping[str, int] = {
    "23503": 409,
    "23505": 409,
    "25006": 405,
    "53400": 500,
    "57P01": 503,
    "P0001": 400,
    "42883": 404,
    "42P01": 404,
    "42P17": 500,
    "21000": 500,
    "08": 503,
    "09": 500,
    "0L": 403,
    "0P": 403,
    "25": 500,
    "28": 403,
    "2D": 500,
    "38": 500,
    "39": 500,
    "3B": 500,
    "40": 500,
    "53": 503,
    "54": 500,
    "55": 500,
    "57": 500,
    "58": 500,
    "F0": 500,
    "HV": 500,
    "P0": 500,
    "XX": 500,
}


def http_status(sqlstate: str, *, authenticated: bool) -> int:
    """The HTTP status for what Postgres said; 400 for classes that PostgREST does not know."""
    if sqlstate == "42501":
        return 403 if authenticated else 401
    if sqlstate.startswith("PT"):
        return int(sqlstate[2:]) if sqlstate[2:].isdecimal() else 500
    return _STATUS.get(sqlstate) or _STATUS.get(sqlstate[:2]) or 400


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"


def json_reply(status: int, value: Any) -> Reply:
    return Reply(status=status, body=json.dumps(value).encode())


def error_reply(status: int, code: str, message: str, details: str | None = None, hint: str | None = None) -> Reply:
    return json_reply(status, {"code": code, "message": message, "details": details, "hint": hint})


@dataclass(frozen=True, kw_only=True)
class Routine:
    name: str
    types: Mapping[str, str]
    required: frozenset[str]
    returns_set: bool
    returns_rows: bool
    returns_void: bool
    read_only: bool


_ROUTINES = """
select p.proname, coalesce(p.proargnames[1:p.pronargs], '{}'),
       array(select format_type(t.oid, null) from unnest(p.proargtypes::oid[]) with ordinality t(oid, n) order by n),
       p.pronargdefaults, p.proretset, r.typtype = 'c' or p.prorettype = 'record'::regtype,
       p.prorettype = 'void'::regtype, p.provolatile <> 'v'
  from pg_proc p join pg_type r on r.oid = p.prorettype
 where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
"""


class StandIn:
    def __init__(self, dsn: str, secret: str, *, max_rows: int = 1000) -> None:
        self.max_rows = max_rows
        self._secret = secret
        self._pool = psycopg_pool.ConnectionPool(
            dsn, min_size=1, max_size=20, open=False, kwargs={"autocommit": True, "application_name": "postgrest"}
        )
        self._listener = psycopg.connect(dsn, autocommit=True)
        self._listener_lock = threading.Lock()
        self._routines: dict[str, list[Routine]] = {}

    def __enter__(self) -> Self:
        self._pool.open(wait=True)
        self._listener.execute("listen pgrst")
        self._load()
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()
        self._listener.close()

    def _role(self, token: str) -> str | Reply:
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"], options={"verify_aud": False})
        except jwt.ExpiredSignatureError:
            return error_reply(401, "PGRST303", "JWT expired")
        except jwt.PyJWTError:
            return error_reply(401, "PGRST301", "JWT cryptographic operation failed")
        role = str(claims.get("role", "anon"))
        return role if role in _ROLES else error_reply(401, "22023", f'role "{role}" does not exist')

    # -- the schema cache ----------------------------------------------------------------------------------------------

    def _load(self) -> None:
        routines: dict[str, list[Routine]] = {}
        for row in self._listener.execute(_ROUTINES).fetchall():
            name, names, types, defaults, returns_set, returns_rows, returns_void, read_only = row
            routine = Routine(
                name=name,
                types=dict(zip(names, types, strict=False)),
                required=frozenset(names[: len(names) - defaults]),
                returns_set=returns_set,
                returns_rows=returns_rows,
                returns_void=returns_void,
                read_only=read_only,
            )
            routines.setdefault(name, []).append(routine)
        self._routines = routines

    def _notified(self) -> None:
        with self._listener_lock:
            if any(notice.payload in ("", "reload schema") for notice in self._listener.notifies(timeout=0)):
                self._load()

    def _find(self, function: str, keys: set[str]) -> Routine | Reply:
        named = self._routines.get(function, [])
        found = [one for one in named if one.required <= keys <= one.types.keys()]
        if len(found) == 1:
            return found[0]
        given = ", ".join(sorted(keys))
        if found:
            candidates = ", ".join(
                f"public.{one.name}({', '.join(f'{k} => {v}' for k, v in one.types.items())})" for one in found
            )
            hint = (
                "Try renaming the parameters or the function itself in the database so function overloading can be "
                "resolved"
            )
            message = f"Could not choose the best candidate function between: {candidates}"
            return error_reply(300, "PGRST203", message, None, hint)
        shown = f"public.{function}({given})" if given else f"public.{function} without parameters"
        searched = (
            f"Searched for the function public.{function} with parameter{'s' if len(keys) > 1 else ''} {given} or with "
            "a single unnamed json/jsonb parameter, but no matches were found in the schema cache."
        )
        hint = f"Perhaps you meant to call the function public.{function}" if named else None
        return error_reply(404, "PGRST202", f"Could not find the function {shown} in the schema cache", searched, hint)

    # -- the call ------------------------------------------------------------------------------------------------------

    def call(self, function: str, headers: Mapping[str, str], body: bytes) -> Reply:
        role = self._role(headers["Authorization"].removeprefix("Bearer "))
        if isinstance(role, Reply):
            return role
        self._notified()
        try:
            arguments = json.loads(body or b"{}")
        except ValueError:
            return error_reply(400, "PGRST102", "Empty or invalid json")
        if not isinstance(arguments, dict):
            return error_reply(400, "PGRST102", "All object keys must match")
        routine = self._find(function, set(arguments))
        if isinstance(routine, Reply):
            return routine
        try:
            with self._pool.connection(timeout=10) as connection, self._transaction(connection, role, routine):
                rows = connection.execute(self._statement(routine, arguments), [body.decode()]).fetchall()
        except psycopg_pool.PoolTimeout:
            return error_reply(504, "PGRST003", "Timed out acquiring connection from connection pool.")
        except psycopg.Error as error:
            if isinstance(error, psycopg.OperationalError):
                self._pool.check()  # the others of the pool may be dead too
            return self._refusal(error, role)
        if routine.returns_void:
            return Reply(status=204, body=b"")
        values = [row[0] for row in rows]
        text = f"[{', '.join(values)}]" if routine.returns_set else (values[0] or "null")
        return Reply(status=200, body=text.encode())

    @contextlib.contextmanager
    def _transaction(self, connection: psycopg.Connection[Any], role: str, routine: Routine) -> Iterator[None]:
        connection.execute(f"begin isolation level read committed {'read only' if routine.read_only else 'read write'}")
        try:
            connection.execute(
                "select set_config('role', %s, true), set_config('search_path', 'public', true),"
                " set_config('statement_timeout', '8s', true), set_config('request.method', 'POST', true)",
                [role],
            )
            yield
            connection.execute("commit")
        except BaseException:
            with contextlib.suppress(psycopg.Error):
                connection.execute("rollback")
            raise

    def _statement(self, routine: Routine, arguments: Mapping[str, Any]) -> sql.Composed:
        """As PostgREST writes it: the body is one JSON parameter, taken apart by the types of the schema cache."""
        columns = sql.SQL(", ").join(
            sql.SQL("{} " + routine.types[name]).format(sql.Identifier(name))  # a type's name from the catalog
            for name in arguments
        )
        named = sql.SQL(", ").join(
            sql.SQL("{name} => b.{name}").format(name=sql.Identifier(name)) for name in arguments
        )
        function = sql.Identifier("public", routine.name)
        source = (
            sql.SQL("(select %s::json as data) p, lateral json_to_record(p.data) as b({}), lateral {}({}) as r").format(
                columns, function, named
            )
            if arguments
            else sql.SQL("(select %s::json as data) p, lateral {}() as r").format(function)
        )
        shown = sql.SQL("row_to_json(r)" if routine.returns_rows else "to_json(r)")
        return sql.SQL("select {}::text from {} limit {}").format(shown, source, self.max_rows)

    def _refusal(self, error: psycopg.Error, role: str) -> Reply:
        state = error.sqlstate
        if state is None:
            return error_reply(503, "PGRST001", "Database client error. Retrying the connection.", str(error))
        said = error.diag
        status = http_status(state, authenticated=role != "anon")
        return error_reply(status, state, said.message_primary or "", said.message_detail, said.message_hint)
