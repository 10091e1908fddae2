-- What is kept of people: a copy of it, its erasure, and its end after a time.

-- The conversations of one contact: named by the row's id, the contact's id, another name or the phone number, and
-- whatever the same number wrote on other channels. Ids of rows, in the order in which they are locked.
create or replace function hilo_contact_conversations(p_tenant uuid, p_key text) returns uuid[]
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with named as (
        select c.id, coalesce(c.phone, substring(c.conversation_id from '^whatsapp:(\+[0-9]+)$')) as phone
          from whatsapp_conversations c
         where c.tenant_id = p_tenant
           and (c.conversation_id in (p_key, 'whatsapp:' || p_key)
                or c.phone = p_key
                or c.id = case when p_key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_key::uuid end
                or c.conversation_id in (select a.conversation_id from contact_aliases a
                                          where a.tenant_id = p_tenant and a.alias = p_key)))
    select array_agg(x.id order by x.id) from (
        select n.id from named n
        union
        select c.id from named n join whatsapp_conversations c
            on c.tenant_id = p_tenant and (c.phone = n.phone or c.conversation_id = 'whatsapp:' || n.phone)) x;
end;

-- Everything that is kept of a contact, as one document; null when there is no such contact. p_id is made for this one
-- call and names its line in the log.
create or replace function hilo_export_contact(p_tenant uuid, p_key text, p_id uuid, p_by text default null)
returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_ids uuid[] := hilo_contact_conversations(p_tenant, p_key);
    v_export jsonb;
begin
    if v_ids is null then
        return null;
    end if;
    select jsonb_build_object('conversations', jsonb_agg(
        to_jsonb(c) - array['reply_token', 'batch_token', 'batch_done_token', 'batch_done', 'batch_run_id']
        || jsonb_build_object(
            'aliases', (
                select coalesce(jsonb_agg(jsonb_build_object('provider', a.provider, 'alias', a.alias)), '[]')
                  from contact_aliases a
                 where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id),
            'messages', (
                select coalesce(jsonb_agg(to_jsonb(m) - array['send_token', 'media_token'] order by m.sent_at, m.seq), '[]')
                  from whatsapp_messages m
                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id),
            'events', (
                select coalesce(jsonb_agg(to_jsonb(e) - 'calendar_token' || jsonb_build_object('revisions', (
                        select coalesce(jsonb_agg(to_jsonb(r) order by r.id), '[]') from event_revisions r
                         where r.event_id = e.id)) order by e.start, e.id), '[]')
                  from extracted_events e
                 where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id),
            'sessions', (
                select coalesce(jsonb_agg(to_jsonb(s) order by s.created_at), '[]') from sessions s
                 where s.tenant_id = c.tenant_id and s.conversation_id = c.conversation_id)) order by c.id))
      into v_export from whatsapp_conversations c where c.id = any (v_ids);
    insert into privacy_log (id, tenant_id, action, requested_by, counts)
    values (p_id, p_tenant, 'export', p_by, jsonb_build_object('conversations', cardinality(v_ids)))
    on conflict (id) do nothing;
    return v_export;
end $$;

-- Remember the entries that a calendar holds, or is being given, of events that are about to go.
create or replace function hilo_remove_entries(p_events uuid[]) returns integer
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_count integer;
begin
    insert into calendar_removals (event_id, tenant_id, generation, places, next_at)
    select e.id, e.tenant_id, e.calendar_generation, e.calendar_places, greatest(clock_timestamp(), e.calendar_lease_until)
      from extracted_events e
     where e.id = any (p_events) and (e.calendar_begun_at is not null or e.calendar_event_id is not null)
    on conflict (event_id) do nothing;
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- Remember messages that are about to go, as far back as any provider is asked for its list.
create or replace function hilo_remember_erased(p_messages uuid[]) returns void
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into erased_messages (key, tenant_id)
    select hilo_erased_key(m.tenant_id, m.provider, m.message_sid), m.tenant_id from whatsapp_messages m
     where m.id = any (p_messages) and m.message_sid is not null and m.provider <> 'export'
       and greatest(m.sent_at, m.received_at) > now() - interval '7 days'
    on conflict (key) do nothing;
    delete from erased_messages x where x.erased_at < now() - interval '30 days';
end;

-- Erase a contact: every row that says anything of them, in one step. What a calendar elsewhere holds is removed by the
-- server soon after (calendar_removals). p_id is made for this one call: it names the line in the log, and the call
-- repeated with it returns that line's counts. p_orphans: also messages that no tenant has, to an address that is not
-- another tenant's. p_dry_run: does it, counts, and takes it back. Null when there is no such contact.
create or replace function hilo_erase_contact(
    p_tenant uuid, p_key text, p_id uuid, p_by text default null, p_orphans boolean default true,
    p_dry_run boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_ids uuid[];
    v_keys text[];
    v_names text[];
    v_digits text[];
    v_messages uuid[];
    v_events uuid[];
    v_sids text[];
    v_counts jsonb;
    v_n integer;
begin
    select l.counts into v_counts from privacy_log l where l.id = p_id and l.tenant_id = p_tenant;
    if found then
        return v_counts;
    end if;
    begin
        v_ids := hilo_contact_conversations(p_tenant, p_key);
        -- The order of locks is conversation, tenant, event.
        perform 1 from whatsapp_conversations c where c.id = any (v_ids) order by c.id for update;
        perform 1 from tenants t where t.id = p_tenant for no key update;
        select array_agg(c.id), array_agg(c.conversation_id) into v_ids, v_keys
          from whatsapp_conversations c where c.id = any (v_ids);
        if v_ids is null then
            return null;
        end if;
        select array_agg(distinct x.name) into v_names from (
            select unnest(v_keys) union
            select c.phone from whatsapp_conversations c where c.id = any (v_ids) and c.phone is not null union
            select a.alias from contact_aliases a where a.tenant_id = p_tenant and a.conversation_id = any (v_keys)
        ) x(name);
        select array_agg(distinct d.digits) into v_digits from (
            select regexp_replace(n, '\D', '', 'g') from unnest(v_names) n) d(digits) where length(d.digits) >= 7;
        select coalesce(array_agg(m.id), '{}'), coalesce(array_agg(m.provider || ' ' || m.message_sid)
                   filter (where m.message_sid is not null), '{}'),
               jsonb_build_object('messages', count(*), 'media', coalesce(sum(jsonb_array_length(m.media)), 0))
          into v_messages, v_sids, v_counts
          from whatsapp_messages m where m.tenant_id = p_tenant and m.conversation_id = any (v_keys);
        select coalesce(array_agg(e.id), '{}') into v_events
          from extracted_events e where e.tenant_id = p_tenant and e.conversation_id = any (v_keys);
        v_counts := v_counts || jsonb_build_object('conversations', cardinality(v_ids),
            'events', cardinality(v_events), 'calendar_entries', hilo_remove_entries(v_events),
            'revisions', (select count(*) from event_revisions r where r.event_id = any (v_events)),
            'sessions', (select count(*) from sessions s
                          where s.tenant_id = p_tenant and s.conversation_id = any (v_keys)));
        perform hilo_remember_erased(v_messages);
        delete from extracted_events e where e.id = any (v_events);
        delete from whatsapp_messages m where m.tenant_id = p_tenant and m.conversation_id = any (v_keys);
        delete from whatsapp_conversations c where c.id = any (v_ids);
        delete from early_reports r
         where r.provider || ' ' || r.message_sid = any (v_sids)
            or regexp_replace(r.error, '\D', '', 'g') like any (select '%' || d || '%' from unnest(v_digits) d);
        delete from unrouted_messages u
         where (u.arguments ->> 'p_contact' = any (v_names) or u.arguments ->> 'p_phone' = any (v_names)
                or u.arguments -> 'p_aliases' ?| v_names)
           and case (select c.tenant_id from channels c where c.provider = u.provider and c.address = u.address)
                   when p_tenant then true else p_orphans and not exists (
                       select 1 from channels c where c.provider = u.provider and c.address = u.address) end;
        get diagnostics v_n = row_count;
        v_counts := v_counts || jsonb_build_object('unrouted', v_n);
        delete from notifications n
         where n.tenant_id = p_tenant and n.subject in (select unnest(v_ids || v_events)::text);
        -- A text on its way may name anybody; without it the server only makes it anew. That of an e-mail says nothing.
        update notifications n set body = null
         where n.tenant_id = p_tenant and n.body is not null and n.target <> 'email';
        update batch_runs r set error = 'erased'
         where (r.tenant_id = p_tenant or r.tenant_id is null)
           and (r.error like any (select '%' || replace(replace(replace(n, '\', '\\'), '%', '\%'), '_', '\_') || '%'
                                    from unnest(v_names) n)
                or regexp_replace(r.error, '\D', '', 'g') like any (select '%' || d || '%' from unnest(v_digits) d));
        if p_dry_run then
            raise exception 'a dry run' using errcode = 'HL000';
        end if;
        insert into privacy_log (id, tenant_id, action, requested_by, counts)
        values (p_id, p_tenant, 'erase', p_by, v_counts);
    exception when sqlstate 'HL000' then
        null;
    end;
    return v_counts;
end $$;

-- Let go what is older than p_days, conversation by conversation: messages, events that are over, sessions, and the
-- contact when nothing is left of it. What is not processed stays with its whole conversation, and so do the messages
-- that prove an event which stays. One call sees to p_limit conversations; `next` is where the next one begins, null at
-- the end. All calls of a run have one p_id; one that is repeated returns what it did.
create or replace function hilo_apply_retention(
    p_tenant uuid, p_days integer, p_id uuid, p_after uuid default null, p_limit integer default 200,
    p_dry_run boolean default false, p_by text default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_before timestamptz := now() - make_interval(days => p_days);
    v_after uuid := coalesce(p_after, '00000000-0000-0000-0000-000000000000');
    v_page uuid[];
    v_ids uuid[];
    v_keys text[];
    v_events uuid[];
    v_messages uuid[];
    v_entries integer;
    v_sessions integer;
    v_contacts integer;
    v_counts jsonb;
    v_answer jsonb;
begin
    if p_days < 1 then
        raise exception 'messages are kept for one day at least' using errcode = 'HL422';
    end if;
    select l.last_call -> 'answer' into v_answer from privacy_log l
     where l.id = p_id and l.tenant_id = p_tenant and l.last_call ->> 'after' = v_after::text;
    if found then
        return v_answer;
    end if;
    begin
        select array_agg(x.id order by x.id) into v_page from (
            select c.id from whatsapp_conversations c
             where c.tenant_id = p_tenant and c.id > v_after order by c.id limit p_limit) x;
        select array_agg(x.id), array_agg(x.conversation_id) into v_ids, v_keys from (
            select c.id, c.conversation_id from whatsapp_conversations c
             where c.id = any (v_page) and c.unprocessed_since is null and c.reply_due_at is null
               and coalesce(c.batch_lease_until, '-infinity') < now()
             order by c.id for update skip locked) x;
        select coalesce(array_agg(e.id), '{}') into v_events from extracted_events e
         where e.tenant_id = p_tenant and e.conversation_id = any (v_keys)
           and coalesce(e."end", e.start + case when e.all_day then interval '1 day' else interval '0' end) < v_before;
        v_entries := hilo_remove_entries(v_events);
        delete from extracted_events e where e.id = any (v_events);
        select coalesce(array_agg(m.id), '{}') into v_messages from whatsapp_messages m
         where m.tenant_id = p_tenant and m.conversation_id = any (v_keys) and m.sent_at < v_before and m.processed
           and coalesce(m.delivery_status, '') not in ('held', 'queued', 'sending')
           and not exists (select 1 from extracted_events e
                            where e.tenant_id = p_tenant and e.conversation_id = m.conversation_id
                              and (e.id = m.event_id
                                   or e.evidence @> jsonb_build_array(jsonb_build_object('message_id', m.id))));
        perform hilo_remember_erased(v_messages);
        delete from whatsapp_messages m where m.id = any (v_messages);
        delete from sessions s
         where s.tenant_id = p_tenant and s.conversation_id = any (v_keys) and s.last_activity < v_before;
        get diagnostics v_sessions = row_count;
        delete from whatsapp_conversations c
         where c.id = any (v_ids) and c.created_at < v_before and coalesce(c.bot_paused_until, '-infinity') < now()
           and not exists (select 1 from whatsapp_messages m
                            where m.tenant_id = p_tenant and m.conversation_id = c.conversation_id)
           and not exists (select 1 from extracted_events e
                            where e.tenant_id = p_tenant and e.conversation_id = c.conversation_id)
           and not exists (select 1 from sessions s
                            where s.tenant_id = p_tenant and s.conversation_id = c.conversation_id);
        get diagnostics v_contacts = row_count;
        v_counts := jsonb_build_object('messages', cardinality(v_messages), 'events', cardinality(v_events),
            'calendar_entries', v_entries, 'sessions', v_sessions, 'conversations', v_contacts);
        v_answer := jsonb_build_object('counts', v_counts, 'next',
            case when cardinality(v_page) = p_limit then v_page[p_limit] end);
        if p_dry_run then
            raise exception 'a dry run' using errcode = 'HL000';
        end if;
        if exists (select 1 from jsonb_each_text(v_counts) n where n.value <> '0')
           or exists (select 1 from privacy_log l where l.id = p_id) then
            insert into privacy_log as l (id, tenant_id, action, requested_by, counts, last_call)
            values (p_id, p_tenant, 'retention', p_by, v_counts,
                    jsonb_build_object('after', v_after, 'answer', v_answer))
            on conflict (id) do update
                set last_call = excluded.last_call,
                    counts = (select jsonb_object_agg(n.key, (l.counts ->> n.key)::integer + n.value::integer)
                                from jsonb_each_text(excluded.counts) n);
        end if;
    exception when sqlstate 'HL000' then
        null;
    end;
    return v_answer;
end $$;

-- That somebody changed how long things are kept, or who is told. p_id is made for this one call.
create or replace function hilo_note_setting(
    p_tenant uuid, p_id uuid, p_action text, p_by text default null, p_days integer default null
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into privacy_log (id, tenant_id, action, requested_by, counts)
    values (p_id, p_tenant, p_action, p_by, jsonb_strip_nulls(jsonb_build_object('days', p_days)))
    on conflict (id) do nothing;
    select jsonb_build_object('outcome', 'noted');
end;

create or replace function hilo_list_privacy_log(p_tenant uuid, p_limit integer default 50) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(to_jsonb(l) - 'last_call' || jsonb_build_object('days', l.counts -> 'days')
                              order by l.created_at desc, l.id), '[]') from (
        select x.* from privacy_log x where x.tenant_id = p_tenant
         order by x.created_at desc, x.id limit p_limit) l;
end;

-- Claim an entry to remove. p_tenants as in hilo_claim_publish; p_token is made for this one call.
create or replace function hilo_claim_removal(
    p_token uuid, p_lease_seconds double precision default 60, p_tenants text default 'all'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_removal calendar_removals;
begin
    select r.* into v_removal from calendar_removals r where r.token = p_token and r.lease_until > v_now;
    if not found then
        select r.* into v_removal from calendar_removals r
         where r.next_at <= v_now and coalesce(r.lease_until, '-infinity') < v_now
           and (p_tenants = 'all' or exists (
                select 1 from tenants t where t.id = r.tenant_id and (t.settings ->> 'google_calendar_id' <> ''
                    or (p_tenants = 'linked_or_default' and t.slug = 'default'))))
           and not exists (select 1 from calendar_connections k where k.tenant_id = r.tenant_id
                and k.down_by = 'write' and coalesce(k.probe_at, '-infinity') > v_now)
         order by r.next_at limit 1 for no key update skip locked;
        if not found then
            return null;
        end if;
        update calendar_removals r
           set token = p_token, lease_until = v_now + make_interval(secs => p_lease_seconds), attempts = r.attempts + 1
         where r.event_id = v_removal.event_id returning * into v_removal;
    end if;
    return jsonb_build_object('event_id', v_removal.event_id, 'generation', v_removal.generation,
        'attempt', v_removal.attempts, 'places', to_jsonb(v_removal.places),
        'tenant', (select hilo_tenant_json(t) from tenants t where t.id = v_removal.tenant_id));
end $$;

create or replace function hilo_complete_removal(p_event uuid, p_token uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with gone as (
        delete from calendar_removals r where r.event_id = p_event and r.token = p_token returning r.tenant_id)
    update calendar_connections c set down_since = null, down_by = null, down_reason = null, probe_at = null
     where c.tenant_id in (select g.tenant_id from gone g) and c.down_since is not null;
    select jsonb_build_object('outcome', 'removed');
end;

create or replace function hilo_fail_removal(p_event uuid, p_token uuid, p_error text, p_retry_seconds double precision)
returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with failed as (
        update calendar_removals r
           set error = left(p_error, 500), token = null, lease_until = null,
               next_at = clock_timestamp() + make_interval(secs => p_retry_seconds)
         where r.event_id = p_event and r.token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from failed) then 'failed' else 'lost' end);
end;
