"""The steps that bring a database to this version's schema, as SQL that checks for itself what is to be done."""

from pathlib import Path
from typing import Final

from app.store.schema import Migration, Schema, read_schema

# Any number will do, as long as all versions of Hilo take the same.
_LOCK: Final = 4_845_120_017


def render_script(sql_dir: Path | None = None) -> str:
    """The whole schema as one SQL script. It may be run on an empty database, on an older one, and again."""
    schema = read_schema(sql_dir)
    steps = [bookkeeping(), *(guarded(step) for step in schema.migrations), apply_functions(schema)]
    return _SCRIPT_HEAD + "".join(f"\nbegin;\n{step.strip()}\ncommit;\n" for step in steps)


_SCRIPT_HEAD: Final = """\
-- The whole schema of Hilo, for an SQL editor or psql. Generated from sql/migrations, sql/functions and sql/grants.sql
-- (`hilo sql` prints it): change those. It may be run again, and brings an older database of Hilo up to date.
"""


# One step at a time, in whichever process: the lock is held until the end of the transaction that the step is in.
STEP_HEAD: Final = f"""\
select pg_advisory_xact_lock({_LOCK});
set local search_path = public;
set local client_min_messages = warning;
set local statement_timeout = 0;
"""


def bookkeeping() -> str:
    return f"""\
{STEP_HEAD}
create table if not exists hilo_migrations (
    number      integer primary key,  -- 0: functions and grants
    name        text not null,
    checksum    text not null,
    applied_at  timestamptz not null default now()
);
alter table hilo_migrations enable row level security;
"""


def guarded(migration: Migration) -> str:
    """The migration's text as a string that is executed only where it was not yet."""
    body = _dollar_quoted(migration.text, f"hilo_{migration.number:04}")
    name, checksum = _literal(migration.name), _literal(migration.checksum)
    return f"""\
{STEP_HEAD}
do $hilo$
declare
    applied text := (select checksum from hilo_migrations where number = {migration.number});
begin
    if applied = {checksum} then
        return;
    elsif applied is not null then
        raise exception 'migration % was applied with another text', {name};
    end if;
    execute {body};
    insert into hilo_migrations (number, name, checksum) values ({migration.number}, {name}, {checksum});
end
$hilo$;
"""


def apply_functions(schema: Schema) -> str:
    return f"""\
{STEP_HEAD}
do $hilo$
begin
    if (select max(number) from hilo_migrations) > {schema.latest} then
        raise exception 'the database is newer than this script, which ends with migration {schema.latest}';
    end if;
end
$hilo$;

{schema.functions}
insert into hilo_migrations (number, name, checksum)
values (0, 'functions and grants', {_literal(schema.functions_checksum)})
on conflict (number) do update set checksum = excluded.checksum, applied_at = now()
where hilo_migrations.checksum <> excluded.checksum;

notify pgrst, 'reload schema';
"""


def _dollar_quoted(text: str, tag: str) -> str:
    while f"${tag}$" in text:
        tag += "_"
    return f"${tag}$\n{text}\n${tag}$"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
