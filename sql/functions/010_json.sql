-- How rows look to the outside: one function per table, so that a column is named in one place.

create or replace function hilo_tenant_json(t tenants) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'id', t.id, 'slug', t.slug, 'name', t.name, 'timezone', t.timezone, 'locale', t.locale,
        'settings', t.settings, 'feed_token', t.feed_token, 'created_at', t.created_at);
end;

-- Without a search path of its own the planner writes it into the query: with one it was a call for each message, of
-- 10 µs. A standard body has its names bound when it is made, and this one names nothing but Postgres' own functions.
create or replace function hilo_message_json(m whatsapp_messages) returns jsonb
language sql stable security invoker
begin atomic
    select jsonb_build_object(
        'id', m.id, 'seq', m.seq, 'conversation_id', m.conversation_id, 'message_sid', m.message_sid,
        'provider', m.provider, 'direction', m.direction, 'role', m.role, 'author', m.author, 'body', m.body,
        'from_number', m.from_number, 'to_number', m.to_number, 'sent_at', m.sent_at,
        'received_at', m.received_at, 'media', m.media, 'media_state', m.media_state,
        'media_error', m.media_error, 'reply_to_sid', m.reply_to_sid,
        'processed', m.processed, 'event_extracted', m.event_extracted, 'event_id', m.event_id,
        'backfilled', m.backfilled, 'delivery_status', m.delivery_status, 'delivery_error', m.delivery_error,
        'edited_at', case when m.raw #>> '{hilo:versions,-1,kind}' = 'edited'
            then m.raw #> '{hilo:versions,-1,at}' end,
        'created_at', m.created_at, 'updated_at', m.updated_at);
end;

create or replace function hilo_event_json(e extracted_events) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'id', e.id, 'tenant_id', e.tenant_id, 'conversation', c.id, 'conversation_id', e.conversation_id,
        'contact_name', c.contact_name, 'phone', c.phone, 'title', e.title, 'start', e.start, 'end', e."end",
        'all_day', e.all_day, 'time_zone', e.time_zone, 'location', e.location, 'status', e.status)
        || jsonb_build_object(
        'source', e.source, 'reason', e.reason, 'beside', e.beside, 'confidence', e.confidence, 'evidence', e.evidence,
        'evidence_message_ids', (
            select coalesce(jsonb_agg(distinct p.value -> 'message_id'), '[]')
            from jsonb_array_elements(e.evidence) p),
        'settled_at', e.settled_at, 'confirmed_at', e.confirmed_at, 'history', e.history,
        'decided_by', e.decided_by, 'decided_at', e.decided_at, 'revision', e.revision,
        'published_revision', e.published_revision, 'calendar_state', e.calendar_state,
        'calendar_event_id', e.calendar_event_id, 'calendar_generation', e.calendar_generation,
        'calendar_etag', e.calendar_etag, 'calendar_error', e.calendar_error,
        'calendar_text', e.calendar_text, 'calendar_drift', e.calendar_drift,
        'created_at', e.created_at, 'updated_at', e.updated_at)
    from (select 1) one
    left join whatsapp_conversations c
        on c.tenant_id = e.tenant_id and c.conversation_id = e.conversation_id;
end;

-- The event that stands and that this one, a proposal, would move or end.
create or replace function hilo_event_stands(e extracted_events) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select hilo_event_json(h) from extracted_events h
     where h.id = e.beside and h.tenant_id = e.tenant_id and h.status = 'confirmed' and e.status = 'proposed';
end;

-- The events that this message proves, or that it was marked with by hand.
create or replace function hilo_message_events(m whatsapp_messages) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(hilo_event_json(e) order by e.start, e.id), '[]') from extracted_events e
     where e.tenant_id = m.tenant_id and e.conversation_id = m.conversation_id
       and (e.id = m.event_id or e.evidence @> jsonb_build_array(jsonb_build_object('message_id', m.id)));
end;

create or replace function hilo_conversation_json(c whatsapp_conversations) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'id', c.id, 'tenant_id', c.tenant_id, 'conversation_id', c.conversation_id, 'provider', c.provider,
        'channel_address', c.channel_address, 'contact_name', c.contact_name, 'phone', c.phone, 'thread', c.thread,
        'last_message_at', c.last_message_at, 'event_count', c.event_count,
        'bot_paused_until', c.bot_paused_until, 'opted_out_at', c.opted_out_at, 'reply_due_at', c.reply_due_at,
        'reply_attempts', c.reply_attempts, 'reply_error', c.reply_error, 'reply_parked_at', c.reply_parked_at,
        'batch_attempts', c.batch_attempts, 'batch_error', c.batch_error, 'batch_next_at', c.batch_next_at,
        'batch_parked_at', c.batch_parked_at, 'created_at', c.created_at, 'updated_at', c.updated_at,
        'last_message', (
            select left(m.body, 200) from whatsapp_messages m
            where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
            order by m.sent_at desc, m.seq desc limit 1),
        'unprocessed_count', case when c.unprocessed_since is null then 0 else (
            select count(*) from whatsapp_messages m
            where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id and not m.processed) end);
end;

-- What a list of conversations shows besides: all of it is one look into an index for each.
create or replace function hilo_conversation_badges(c whatsapp_conversations) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'unread_count', (
            select count(*) from (
                select 1 from whatsapp_messages m
                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                   and m.role = 'user' and m.direction = 'inbound' and m.seq > c.seen_seq limit 100) unread),
        'proposed_count', (
            select count(*) from extracted_events e
             where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id and e.status = 'proposed'),
        'last_role', last.role, 'last_author', last.author)
      from (select 1) one
      left join lateral (
            select m.role, m.author from whatsapp_messages m
             where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
             order by m.sent_at desc, m.seq desc limit 1) last on true;
end;
