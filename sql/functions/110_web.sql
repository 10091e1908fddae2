-- The page: log-ins, what it shows beyond the lists of 090_reading.sql, and what tells it that something changed.

create or replace function hilo_create_login_link(
    p_link_hash text, p_name text, p_tenant uuid, p_scopes jsonb, p_seconds double precision
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    delete from login_links l where l.expires_at < now() - interval '1 day';
    insert into login_links (token_hash, name, tenant_id, scopes, expires_at)
    values (p_link_hash, p_name, p_tenant, array(select jsonb_array_elements_text(p_scopes)),
            now() + make_interval(secs => p_seconds))
    on conflict (token_hash) do nothing;
    select jsonb_build_object('expires_at', l.expires_at) from login_links l where l.token_hash = p_link_hash;
end;

create or replace function hilo_web_session_json(s web_sessions) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select to_jsonb(s) - 'token_hash' || jsonb_build_object('tenant', (
        select hilo_tenant_json(t) from tenants t where t.id = s.tenant_id));
end;

-- A log-in by a link, which opens one: taken again for the same log-in it answers the same. Null when it is none.
create or replace function hilo_take_login_link(p_link_hash text, p_token_hash text, p_seconds double precision)
returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_link login_links;
    v_session web_sessions;
begin
    update login_links l set session_hash = p_token_hash
     where l.token_hash = p_link_hash and l.expires_at > now()
       and (l.session_hash is null or l.session_hash = p_token_hash)
    returning * into v_link;
    if not found then
        return null;
    end if;
    insert into web_sessions as s (token_hash, name, tenant_id, scopes, expires_at)
    values (p_token_hash, v_link.name, v_link.tenant_id, v_link.scopes, now() + make_interval(secs => p_seconds))
    on conflict (token_hash) do update set last_seen_at = now() returning * into v_session;
    return hilo_web_session_json(v_session);
end $$;

-- A log-in with a key, known by its hash alone.
create or replace function hilo_open_web_session(
    p_token_hash text, p_key_hash text, p_name text, p_seconds double precision
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    delete from web_sessions s where s.expires_at < now();
    insert into web_sessions as s (token_hash, key_hash, name, expires_at)
    values (p_token_hash, p_key_hash, p_name, now() + make_interval(secs => p_seconds))
    on conflict (token_hash) do update set last_seen_at = now()
    returning hilo_web_session_json(s);
end;

-- The living log-in of a cookie, null when there is none. Use is recorded once a minute.
create or replace function hilo_use_web_session(p_token_hash text, p_idle_seconds double precision) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_session web_sessions;
begin
    select s.* into v_session from web_sessions s
     where s.token_hash = p_token_hash and s.expires_at > now()
       and s.last_seen_at > now() - make_interval(secs => p_idle_seconds);
    if not found then
        return null;
    end if;
    if v_session.last_seen_at < now() - interval '1 minute' then
        update web_sessions s set last_seen_at = now() where s.token_hash = p_token_hash;
    end if;
    return hilo_web_session_json(v_session);
end $$;

-- Log out. Without p_token_hash everybody, and links that were not taken are void.
create or replace function hilo_close_web_sessions(p_token_hash text default null) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    delete from login_links l where p_token_hash is null;
    with gone as (
        delete from web_sessions s where p_token_hash is null or s.token_hash = p_token_hash returning 1)
    select jsonb_build_object('closed', (select count(*) from gone));
end;

-- A person has looked at a conversation up to p_seq.
create or replace function hilo_mark_seen(p_tenant uuid, p_conversation uuid, p_seq bigint) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    update whatsapp_conversations c set seen_seq = p_seq
     where c.id = p_conversation and c.tenant_id = p_tenant and c.seen_seq < p_seq;
    select jsonb_build_object('seen', p_seq);
end;

-- What a person has to decide about, by start: proposed events, and those about which the calendar and the chat say
-- different things. Each with the messages that prove it and the events that it collides with.
create or replace function hilo_list_review(
    p_tenant uuid, p_limit integer default 20, p_cursor jsonb default null, p_minutes integer default 60
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with page as (
        select e as row, e.start as at, e.id from extracted_events e
         where e.tenant_id = p_tenant and (e.status = 'proposed' or e.calendar_drift is not null)
           and (e.start, e.id) > (coalesce((p_cursor ->> 'at')::timestamptz, '-infinity'),
                                  coalesce((p_cursor ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'))
         order by e.start, e.id limit p_limit)
    select jsonb_build_object(
        'items', coalesce(jsonb_agg(hilo_event_json(p.row) || jsonb_build_object(
            'stands', hilo_event_stands(p.row),
            'evidence_messages', (
                select coalesce(jsonb_agg(hilo_message_json(m) order by m.sent_at, m.seq), '[]')
                  from whatsapp_messages m
                 where m.tenant_id = p_tenant and m.id in (
                    select (v.value ->> 'message_id')::uuid from jsonb_array_elements((p.row).evidence) v)),
            'conflicts', case when (p.row).all_day then '[]' else (
                select coalesce(jsonb_agg(b.value || jsonb_build_object('contact_name', coalesce(c.contact_name, c.phone),
                            'conversation', c.id)), '[]')
                  from jsonb_array_elements(hilo_busy(p_tenant, p.at,
                    coalesce((p.row)."end", p.at + make_interval(mins => p_minutes)), p_minutes,
                    (p.row).conversation_id)) b
                  left join extracted_events o on o.id = (b.value ->> 'event_id')::uuid
                  left join whatsapp_conversations c
                    on c.tenant_id = o.tenant_id and c.conversation_id = o.conversation_id
                 -- What it would move is not in its way.
                 where (b.value ->> 'event_id')::uuid not in (p.id, coalesce((p.row).beside, p.id))) end) order by p.at, p.id), '[]'),
        'next', case when count(*) = p_limit then (
            select jsonb_build_object('at', l.at, 'id', l.id) from page l order by l.at desc, l.id desc limit 1) end)
      from page p;
end;

-- The events that begin in [p_from, p_to), by start, with as much of each as a calendar shows: a month of a busy business
-- has thousands.
create or replace function hilo_calendar(
    p_tenant uuid, p_from timestamptz, p_to timestamptz, p_limit integer default 10000
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'title', e.title, 'start', e.start, 'end', e."end",
            'all_day', e.all_day, 'status', e.status, 'contact_name', coalesce(c.contact_name, c.phone),
            'drifted', e.calendar_state = 'drifted' or coalesce(e.calendar_drift, '{}') <> '{}',
            'behind', e.published_revision < e.revision and not e.history and e.conversation_id not like 'sample:%')
        order by e.start, e.id), '[]')
      from (select x.* from extracted_events x
             where x.tenant_id = p_tenant and x.start >= p_from and x.start < p_to
               -- A change that was proposed and is through was never an appointment of its own.
               and (x.status <> 'cancelled' or x.beside is null)
             order by x.start, x.id limit p_limit) e
      left join whatsapp_conversations c
        on c.tenant_id = e.tenant_id and c.conversation_id = e.conversation_id;
end;

-- Marks that change when what a page shows has changed: the newest conversations, one of them with its messages and
-- events, the proposed events, the events of [p_from, p_to), the newest run. Asked once a second by each open page, so
-- that each is a look at the end of an index.
create or replace function hilo_pulse(
    p_tenant uuid, p_conversation uuid default null, p_from timestamptz default null, p_to timestamptz default null
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'list', (
            select jsonb_build_array(count(*), max(x.updated_at)) from (
                select c.updated_at from whatsapp_conversations c where c.tenant_id = p_tenant
                 order by coalesce(c.last_message_at, '-infinity') desc, c.id desc limit 60) x),
        'thread', (
            select jsonb_build_array(c.events_version, c.bot_paused_until, c.batch_parked_at, c.reply_parked_at,
                    (select jsonb_build_array(count(*), max(x.seq), max(x.updated_at)) from (
                        select m.seq, m.updated_at from whatsapp_messages m
                         where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                         order by m.sent_at desc, m.seq desc limit 60) x),
                    (select jsonb_build_array(count(*), max(e.updated_at)) from extracted_events e
                      where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id))
              from whatsapp_conversations c where c.id = p_conversation and c.tenant_id = p_tenant),
        'review', (
            select jsonb_build_array(count(*), max(e.updated_at)) from extracted_events e
             where e.tenant_id = p_tenant and (e.status = 'proposed' or e.calendar_drift is not null)),
        'calendar', (
            select jsonb_build_array(count(*), max(e.updated_at)) from extracted_events e
             where e.tenant_id = p_tenant and e.start >= p_from and e.start < p_to),
        'run', (
            select jsonb_build_array(r.id, r.status, r.total, r.conversations, r.failed) from batch_runs r
             where r.tenant_id = p_tenant or r.tenant_id is null order by r.started_at desc limit 1));
end;

-- What of one tenant waits, is parked or went wrong; failures of the last day.
create or replace function hilo_tenant_status(p_tenant uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with sent as (
        select m.delivery_status, m.delivery_error, m.updated_at, m.created_at, m.send_attempts
          from whatsapp_conversations c
          join whatsapp_messages m on m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
         where c.tenant_id = p_tenant and coalesce(c.last_message_at, '-infinity') > now() - interval '1 day'
           and m.sent_at > now() - interval '1 day' and m.direction = 'outbound'),
    failed as (select s.* from sent s where s.delivery_status in ('failed', 'undelivered')),
    waiting as (select s.* from sent s where s.delivery_status in ('queued', 'sending') and s.send_attempts > 0
                   and s.delivery_error is not null),
    behind as (
        select e.calendar_error, e.updated_at from extracted_events e
         where e.tenant_id = p_tenant and e.published_revision < e.revision and not e.history
           and (e.calendar_error is not null or exists (
                select 1 from calendar_connections k where k.tenant_id = p_tenant and k.down_by = 'write'))
           and e.status <> 'proposed' and e.conversation_id not like 'sample:%')
    select jsonb_build_object(
        'now', now(),
        'conversations', (select count(*) from (
            select 1 from whatsapp_conversations c where c.tenant_id = p_tenant limit 1) x),
        'unprocessed', (select count(*) from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.unprocessed_since is not null),
        'oldest_unprocessed', (select min(c.unprocessed_since) from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.unprocessed_since is not null and c.batch_parked_at is null),
        'parked', (select count(*) from whatsapp_conversations c
            where c.tenant_id = p_tenant and (c.batch_parked_at is not null or c.reply_parked_at is not null)),
        'replies_due', (select count(*) from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.reply_due_at is not null),
        'oldest_reply_due', (select min(c.reply_due_at) from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.reply_due_at is not null),
        'proposed', (select count(*) from extracted_events e
            where e.tenant_id = p_tenant and (e.status = 'proposed' or e.calendar_drift is not null)),
        'sending_failed', (select count(*) from failed),
        'sending_waits', (select count(*) from waiting),
        'sending_error', (select s.delivery_error from (table failed union all table waiting) s
            where s.delivery_error is not null order by s.updated_at desc limit 1),
        'calendar_behind', (select count(*) from behind),
        'calendar_error', coalesce(
            (select 'calendar disconnected: ' || k.down_reason from calendar_connections k
              where k.tenant_id = p_tenant and k.down_by = 'write'),
            (select b.calendar_error from behind b order by b.updated_at desc limit 1),
            (select k.sync_error from calendar_connections k where k.tenant_id = p_tenant)),
        'drifted', (select count(*) from extracted_events e
            where e.tenant_id = p_tenant and e.calendar_drift is not null and e.calendar_drift <> '{}'
              and e.status <> 'cancelled' and e.start > now() - interval '30 days'),
        'untold', (select count(*) from notifications n where n.tenant_id = p_tenant and n.state = 'failed'
            and n.created_at > now() - interval '1 day'),
        'untold_error', (select n.error from notifications n where n.tenant_id = p_tenant and n.state = 'failed'
            and n.created_at > now() - interval '1 day' order by n.created_at desc, n.id limit 1),
        -- No tenant's: for those who see the whole server.
        'unrouted', (select count(*) from (select 1 from unrouted_messages limit 1000) x),
        'unrouted_address', (select u.provider || ' ' || u.address from unrouted_messages u limit 1),
        'batch_error', (select c.batch_error from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.unprocessed_since is not null and c.batch_error is not null
            order by c.updated_at desc limit 1));
end;

-- Per day of the tenant's calendar, the last p_days of them with today: messages, events that were made, events that a
-- person decided about. Days without any are left out.
create or replace function hilo_daily(p_tenant uuid, p_days integer default 14) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with since as (
        select t.timezone as zone, (date_trunc('day', now() at time zone t.timezone)
               - make_interval(days => p_days - 1)) at time zone t.timezone as at
          from tenants t where t.id = p_tenant),
    happened as (
        select (m.sent_at at time zone s.zone)::date as day, 'messages' as what
          from since s
          join whatsapp_conversations c
            on c.tenant_id = p_tenant and coalesce(c.last_message_at, '-infinity') >= s.at
          join whatsapp_messages m
            on m.tenant_id = p_tenant and m.conversation_id = c.conversation_id and m.sent_at >= s.at
        union all
        select (e.created_at at time zone s.zone)::date, 'events' from since s, extracted_events e
         where e.tenant_id = p_tenant and e.created_at >= s.at
        union all
        select (e.decided_at at time zone s.zone)::date, 'decided' from since s, extracted_events e
         where e.tenant_id = p_tenant and e.decided_at >= s.at)
    select coalesce(jsonb_agg(to_jsonb(d) order by d.day), '[]') from (
        select h.day, count(*) filter (where h.what = 'messages') as messages,
               count(*) filter (where h.what = 'events') as events,
               count(*) filter (where h.what = 'decided') as decided
          from happened h group by h.day) d;
end;

-- Take a sample conversation away with its messages and events. Nothing of it was ever in a calendar.
create or replace function hilo_remove_sample(p_tenant uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with gone as (
        delete from whatsapp_conversations c
         where c.tenant_id = p_tenant and c.conversation_id like 'sample:%' returning 1)
    select jsonb_build_object('removed', (select count(*) from gone));
end;
