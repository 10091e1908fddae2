-- Lists for people and agents, in keyset pages: {items, next}; `next` is the key of the last item, null at the end.
-- The first page begins before everything, instead of `p_cursor is null or …`: the planner can use the index then.

-- p_name and p_digits: what is searched for as a regular expression of letters with and without accents, and as the
-- digits of a number. A search that finds nothing reads all conversations of the tenant: 0.2 s for 100,000 of them, where
-- translate() of each name takes 0.8 s.
create or replace function hilo_list_conversations(
    p_tenant uuid, p_limit integer default 50, p_cursor jsonb default null, p_search text default null,
    p_unprocessed boolean default null, p_parked boolean default null, p_paused boolean default null,
    p_review boolean default null, p_unsent boolean default null, p_name text default null,
    p_digits text default null
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with page as (
        select c as row, c.id, coalesce(c.last_message_at, '-infinity') as at from whatsapp_conversations c
         where c.tenant_id = p_tenant
           and (coalesce(c.last_message_at, '-infinity'), c.id) < (
                coalesce((p_cursor ->> 'at')::timestamptz, 'infinity'),
                coalesce((p_cursor ->> 'id')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           and (p_search is null or c.contact_name ~ p_name or c.phone like coalesce(p_digits, p_search)
                or c.conversation_id ilike p_search or c.conversation_id like p_digits)
           and (p_unprocessed is null or p_unprocessed = (c.unprocessed_since is not null))
           and (p_parked is null or p_parked = (c.batch_parked_at is not null or c.reply_parked_at is not null))
           and (p_paused is null or p_paused = (coalesce(c.bot_paused_until, '-infinity') > now()))
           -- As hilo_tenant_status counts them.
           and (p_unsent is null or p_unsent = (coalesce(c.last_message_at, '-infinity') > now() - interval '1 day'
                and exists (
                select 1 from whatsapp_messages m
                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                   and m.sent_at > now() - interval '1 day' and m.direction = 'outbound'
                   and (m.delivery_status in ('failed', 'undelivered') or (m.delivery_status in ('queued', 'sending')
                        and m.send_attempts > 0 and m.delivery_error is not null)))))
           and (p_review is null or p_review = exists (
                select 1 from extracted_events e where e.tenant_id = c.tenant_id
                   and e.conversation_id = c.conversation_id
                   and (e.status = 'proposed' or e.calendar_drift is not null)))
         order by coalesce(c.last_message_at, '-infinity') desc, c.id desc limit p_limit)
    select jsonb_build_object(
        'items', coalesce(jsonb_agg(hilo_conversation_json(p.row) || hilo_conversation_badges(p.row)
                                  order by p.at desc, p.id desc), '[]'),
        'next', case when count(*) = p_limit then (
            select jsonb_build_object('at', l.at, 'id', l.id) from page l order by l.at, l.id limit 1) end)
      from page p;
end;

-- By the row's UUID or the contact's own id. Null when this tenant has none such.
create or replace function hilo_get_conversation(p_tenant uuid, p_key text) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select hilo_conversation_json(c) || hilo_conversation_badges(c) from whatsapp_conversations c
     where c.tenant_id = p_tenant
       -- Two index look-ups; comparing c.id::text would read every conversation of the tenant.
       and (c.conversation_id = p_key
            or c.id = case when p_key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_key::uuid end)
     order by (c.conversation_id = p_key) desc limit 1;
end;

-- Each message with the events that it proves.
create or replace function hilo_list_messages(
    p_tenant uuid, p_conversation uuid, p_limit integer default 50, p_cursor jsonb default null,
    p_descending boolean default false
) returns jsonb
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
    v_key text;
    v_items jsonb;
begin
    select c.conversation_id into v_key from whatsapp_conversations c
     where c.id = p_conversation and c.tenant_id = p_tenant;
    if p_descending then
        select jsonb_agg(hilo_message_json(m) || jsonb_build_object('events', hilo_message_events(m))
                         order by m.sent_at desc, m.seq desc) into v_items
          from (select x.* from whatsapp_messages x
                 where x.tenant_id = p_tenant and x.conversation_id = v_key
                   and (x.sent_at, x.seq) < (coalesce((p_cursor ->> 'sent_at')::timestamptz, 'infinity'),
                                             coalesce((p_cursor ->> 'seq')::bigint, 0))
                 order by x.sent_at desc, x.seq desc limit p_limit) m;
    else
        select jsonb_agg(hilo_message_json(m) || jsonb_build_object('events', hilo_message_events(m))
                         order by m.sent_at, m.seq) into v_items
          from (select x.* from whatsapp_messages x
                 where x.tenant_id = p_tenant and x.conversation_id = v_key
                   and (x.sent_at, x.seq) > (coalesce((p_cursor ->> 'sent_at')::timestamptz, '-infinity'),
                                             coalesce((p_cursor ->> 'seq')::bigint, 0))
                 order by x.sent_at, x.seq limit p_limit) m;
    end if;
    return jsonb_build_object('items', coalesce(v_items, '[]'),
        'next', case when jsonb_array_length(v_items) = p_limit
                     then jsonb_build_object('sent_at', v_items -> -1 -> 'sent_at', 'seq', v_items -> -1 -> 'seq') end);
end $$;

create or replace function hilo_list_events(
    p_tenant uuid, p_limit integer default 50, p_cursor jsonb default null, p_status text default null,
    p_from timestamptz default null, p_to timestamptz default null, p_conversation uuid default null,
    p_search text default null
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with page as (
        select e as row, e.start as at, e.id from extracted_events e
         where e.tenant_id = p_tenant
           and (e.start, e.id) > (coalesce((p_cursor ->> 'at')::timestamptz, '-infinity'),
                                  coalesce((p_cursor ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'))
           and (p_status is null or e.status = p_status
                -- What a person has to decide about: proposed, or the calendar and the chat say different things.
                or (p_status = 'review' and (e.status = 'proposed' or e.calendar_drift is not null)))
           and (p_from is null or e.start >= p_from)
           and (p_to is null or e.start < p_to)
           and (p_conversation is null or e.conversation_id = (
                select c.conversation_id from whatsapp_conversations c
                 where c.id = p_conversation and c.tenant_id = p_tenant))
           and (p_search is null or e.title ilike p_search or e.location ilike p_search)
         order by e.start, e.id limit p_limit)
    select jsonb_build_object(
        'items', coalesce(jsonb_agg(hilo_event_json(p.row) order by p.at, p.id), '[]'),
        'next', case when count(*) = p_limit then (
            select jsonb_build_object('at', l.at, 'id', l.id) from page l order by l.at desc, l.id desc limit 1) end)
      from page p;
end;

create or replace function hilo_get_event(p_tenant uuid, p_event uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select hilo_event_json(e) || jsonb_build_object('stands', hilo_event_stands(e), 'revisions', (
            select coalesce(jsonb_agg(jsonb_build_object('revision', r.revision, 'action', r.action,
                'source', r.source, 'at', r.created_at, 'event', r.event) order by r.id), '[]')
              from event_revisions r where r.event_id = e.id),
            'evidence_messages', (
            select coalesce(jsonb_agg(hilo_message_json(m) order by m.sent_at, m.seq), '[]') from whatsapp_messages m
             where m.tenant_id = p_tenant
               and m.id in (select (p.value ->> 'message_id')::uuid from jsonb_array_elements(e.evidence) p)))
      from extracted_events e where e.id = p_event and e.tenant_id = p_tenant;
end;

-- Everything the health check, the metrics and the doctor count, in one call.
create or replace function hilo_status() returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'now', now(),
        'server_version', current_setting('server_version'),
        'tenants', (select count(*) from tenants),
        'channels', (select count(*) from channels),
        'conversations_unprocessed', (
            select count(*) from whatsapp_conversations c where c.unprocessed_since is not null),
        'oldest_unprocessed', (select min(c.unprocessed_since) from whatsapp_conversations c
            where c.unprocessed_since is not null),
        'conversations_parked', (select count(*) from whatsapp_conversations c
            where (c.unprocessed_since is not null and c.batch_parked_at is not null)
               or c.reply_parked_at is not null),
        'replies_due', (select count(*) from whatsapp_conversations c where c.reply_due_at is not null),
        'oldest_reply_due', (select min(c.reply_due_at) from whatsapp_conversations c
            where c.reply_due_at is not null),
        'messages_unsent', (select count(*) from whatsapp_messages m
            where m.direction = 'outbound' and m.delivery_status in ('queued', 'sending')),
        'events_proposed', (select count(*) from extracted_events e where e.status = 'proposed')
            + (select count(*) from extracted_events e where e.calendar_drift is not null and e.status <> 'proposed'),
        'events_unpublished', (select count(*) from extracted_events e
            where e.published_revision < e.revision and e.status = 'confirmed' and not e.history),
        'events_refused', (select count(*) from extracted_events e
            where e.calendar_state = 'failed' and e.published_revision < e.revision and not e.history),
        'unrouted', (select count(*) from unrouted_messages),
        'removals_late', (select count(*) from calendar_removals r where r.created_at < now() - interval '10 minutes'),
        'untold', (select count(*) from notifications n
            where n.state = 'failed' and n.created_at > now() - interval '1 day'),
        'last_batch_run', (select to_jsonb(r) from batch_runs r order by r.started_at desc limit 1));
end;
