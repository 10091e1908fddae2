-- Who may what. On Supabase the API's anonymous and signed-in roles get nothing at all: every table has row-level
-- security without a policy, and functions are for the service role alone. A plain Postgres has none of these roles;
-- then there is only the owner, and nothing to grant.

do $$
declare
    v_table regclass;
    v_function regprocedure;
    v_role text;
begin
    for v_table in
        select c.oid::regclass from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
           and c.relname in ('tenants', 'channels', 'api_keys', 'whatsapp_conversations', 'whatsapp_messages',
                'extracted_events', 'event_revisions', 'batch_runs', 'model_usage', 'unrouted_messages', 'early_reports',
                'contact_aliases', 'calendar_connections', 'calendar_channels', 'sessions', 'login_links', 'web_sessions',
                'calendar_removals', 'reminders', 'erased_messages', 'privacy_log', 'notifications',
                'hilo_migrations')
    loop
        -- Not again: it waits for everybody who is using the table, and they for it.
        if not (select c.relrowsecurity from pg_class c where c.oid = v_table) then
            execute format('alter table %s enable row level security', v_table);
        end if;
        execute format('revoke all on %s from public', v_table);
        foreach v_role in array array['anon', 'authenticated'] loop
            if exists (select 1 from pg_roles where rolname = v_role) then
                execute format('revoke all on %s from %I', v_table, v_role);
            end if;
        end loop;
        if exists (select 1 from pg_roles where rolname = 'service_role') then
            execute format('grant select, insert, update, delete on %s to service_role', v_table);
        end if;
    end loop;

    for v_function in
        select p.oid::regprocedure from pg_proc p
         where p.pronamespace = 'public'::regnamespace and p.proname like 'hilo\_%'
    loop
        execute format('revoke all on function %s from public', v_function);
        foreach v_role in array array['anon', 'authenticated'] loop
            if exists (select 1 from pg_roles where rolname = v_role) then
                execute format('revoke all on function %s from %I', v_function, v_role);
            end if;
        end loop;
        if exists (select 1 from pg_roles where rolname = 'service_role') then
            execute format('grant execute on function %s to service_role', v_function);
        end if;
    end loop;

    -- Identity columns draw from sequences.
    for v_table in
        select s.oid::regclass from pg_class s
          join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
          join pg_class t on t.oid = d.refobjid
         where s.relkind = 'S' and t.relnamespace = 'public'::regnamespace
           and t.relname in ('whatsapp_messages', 'event_revisions')
    loop
        execute format('revoke all on sequence %s from public', v_table);
        foreach v_role in array array['anon', 'authenticated'] loop
            if exists (select 1 from pg_roles where rolname = v_role) then
                execute format('revoke all on sequence %s from %I', v_table, v_role);
            end if;
        end loop;
        if exists (select 1 from pg_roles where rolname = 'service_role') then
            execute format('grant usage, select on sequence %s to service_role', v_table);
        end if;
    end loop;
    if exists (select 1 from pg_roles where rolname = 'service_role') then
        grant usage on schema public to service_role;
    end if;
end $$;
