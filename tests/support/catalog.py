"""A database's schema as lines of text, to be compared."""

import psycopg

_QUERIES = {
    "table": """
        select format('%s %s rls=%s acl=%s', c.relname, c.relkind, c.relrowsecurity, c.relacl) from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')""",
    "column": """
        select format('%s.%s %s notnull=%s default=%s identity=%s generated=%s', a.attrelid::regclass, a.attname,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity,
            a.attgenerated)
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0
        and not a.attisdropped""",
    "constraint": """
        select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
        where connamespace = 'public'::regnamespace""",
    "index": "select indexdef from pg_indexes where schemaname = 'public'",
    "trigger": "select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "function": """
        select pg_get_functiondef(oid) || ' acl=' || coalesce(proacl::text, '') from pg_proc
        where pronamespace = 'public'::regnamespace and prokind in ('f', 'p')""",
    "policy": "select format('%s %s %s', polrelid::regclass, polname, pg_get_expr(polqual, polrelid)) from pg_policy",
    "type": """
        select format('%s %s', typname, typtype) from pg_type
        where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')""",
    "migration": "select format('%s %s %s', number, name, checksum) from public.hilo_migrations",
}


def catalog(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        return sorted(f"{kind} {line}" for kind, query in _QUERIES.items() for (line,) in connection.execute(query))
