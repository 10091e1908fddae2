-- Reminders of confirmed events, and confirmations of what the batch has found, each once.

-- Whether a moment lies in a tenant's quiet hours (`21:00-08:00`, its own clock; null: there are none).
create or replace function hilo_is_quiet(p_hours text, p_zone text, p_at timestamptz) returns boolean
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(case when q.begins < q.ends then q.local >= q.begins and q.local < q.ends
                         when q.begins > q.ends then q.local >= q.begins or q.local < q.ends end, false)
      from (select split_part(p_hours, '-', 1)::time as begins, split_part(p_hours, '-', 2)::time as ends,
                   (p_at at time zone p_zone)::time as local) q;
end;

-- When a reminder p_minutes before p_event is said: in quiet hours not, but when they end; if that is too late for it, a
-- quarter of an hour before they begin.
create or replace function hilo_reminder_at(p_event timestamptz, p_minutes integer, p_hours text, p_zone text)
returns timestamptz
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select case when not hilo_is_quiet(p_hours, p_zone, q.wanted) then q.wanted
                when q.ends < p_event then q.ends else q.begins - interval '15 minutes' end
      from (select n.wanted,
                   (n.day + h.begins - case when n.day + h.begins > n.local then interval '1 day' else '0' end)
                       at time zone p_zone as begins,
                   (n.day + h.ends + case when n.day + h.ends <= n.local then interval '1 day' else '0' end)
                       at time zone p_zone as ends
              from (select w.wanted, w.wanted at time zone p_zone as local,
                           date_trunc('day', w.wanted at time zone p_zone) as day
                      from (select p_event - make_interval(mins => p_minutes) as wanted) w) n
              cross join (select split_part(p_hours, '-', 1)::time as begins,
                                 split_part(p_hours, '-', 2)::time as ends) h) q;
end;

drop function if exists hilo_due_reminders(integer);
-- What is due now in conversations of these providers: {items: [{event, minutes, conversation, tenant}]}; nothing in a
-- tenant's quiet hours. Of the lead times that a tenant has set
-- the last one that has passed counts, so that a server that was down sends one reminder and not all. None is due that was
-- due before the event was settled: who has just booked needs no reminder. An event of a whole day is reminded of from
-- nine in the morning of its day backwards.
create or replace function hilo_due_reminders(p_providers jsonb, p_limit integer default 50) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
            'event', hilo_event_json(d.event), 'minutes', d.minutes, 'conversation', hilo_conversation_json(d.conversation),
            'tenant', hilo_tenant_json(d.tenant)) order by d.at), '[]'))
      from (select e as event, c as conversation, t as tenant, r.minutes, b.at
              from tenants t
              join extracted_events e on e.tenant_id = t.id
              join whatsapp_conversations c on c.tenant_id = e.tenant_id and c.conversation_id = e.conversation_id
              cross join lateral (
                    select case when e.all_day then e.start + interval '9 hours' else e.start end as at) b
              cross join lateral (
                    select min(l.minutes::integer) as minutes
                      from jsonb_array_elements_text(t.settings -> 'reminder_minutes') l (minutes)
                     where hilo_reminder_at(b.at, l.minutes::integer, t.settings ->> 'quiet_hours', t.timezone) <= now()) r
             where jsonb_typeof(t.settings -> 'reminder_minutes') = 'array'
               and e.status = 'confirmed' and not e.history and c.opted_out_at is null
               and p_providers ? c.provider and e.conversation_id not like 'sample:%'
               and e.start > now() - interval '9 hours' and e.start < now() + interval '31 days' and b.at > now()
               and r.minutes is not null
               and not hilo_is_quiet(t.settings ->> 'quiet_hours', t.timezone, now())
               and greatest(e.confirmed_at, e.settled_at, e.decided_at)
                   < hilo_reminder_at(b.at, r.minutes, t.settings ->> 'quiet_hours', t.timezone)
               and not exists (select 1 from reminders x
                                where x.event_id = e.id and x.start = e.start and x.minutes <= r.minutes
                                  and x.kind = 'reminder')
             order by b.at limit p_limit) d;
end;

-- Events that the batch has read out of a conversation and nobody has told the customer of, of tenants that want it
-- (confirm_batch_events); in the same shape. Only while a plain text may go out, when the conversation rests, and when no
-- person has taken it over or decided about the event.
create or replace function hilo_due_confirmations(p_providers jsonb, p_limit integer default 50) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
            'event', hilo_event_json(d.event), 'kind', 'confirmation', 'minutes', 0,
            'conversation', hilo_conversation_json(d.conversation),
            'tenant', hilo_tenant_json(d.tenant)) order by d.since), '[]'))
      from (select e as event, c as conversation, t as tenant, e.confirmed_at as since
              from tenants t
              join extracted_events e on e.tenant_id = t.id
              join whatsapp_conversations c on c.tenant_id = e.tenant_id and c.conversation_id = e.conversation_id
             where t.settings -> 'confirm_batch_events' = 'true'::jsonb
               and e.status = 'confirmed' and e.source = 'batch' and e.decided_at is null and not e.history
               and e.start > now() and e.start < now() + interval '2 years'
               and e.confirmed_at > now() - interval '1 day'
               and p_providers ? c.provider and e.conversation_id not like 'sample:%'
               and c.last_inbound_at > now() - interval '24 hours' + interval '1 minute'
               and c.opted_out_at is null and coalesce(c.bot_paused_until, '-infinity') <= now()
               and c.reply_due_at is null and c.unprocessed_since is null
               and not hilo_is_quiet(t.settings ->> 'quiet_hours', t.timezone, now())
               and not exists (select 1 from reminders x
                                where x.event_id = e.id and x.start = e.start and x.kind = 'confirmation')
             order by e.confirmed_at limit p_limit) d;
end;

drop function if exists hilo_write_reminder(uuid, integer, timestamptz, integer, uuid, text, text);
-- Write the reminder, unless another process has, or the event is not any more what p_start and p_revision say.
-- {outcome: written|done|changed}
create or replace function hilo_write_reminder(
    p_event uuid, p_minutes integer, p_start timestamptz, p_revision integer, p_message uuid, p_body text,
    p_deliver text default 'queued', p_kind text default 'reminder'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_event extracted_events;
    v_conversation whatsapp_conversations;
begin
    -- Repeated: its reply was lost.
    if exists (select 1 from reminders r where r.event_id = p_event and r.message_id = p_message) then
        return jsonb_build_object('outcome', 'written');
    end if;
    select e.* into v_event from extracted_events e where e.id = p_event;
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = v_event.tenant_id and c.conversation_id = v_event.conversation_id for no key update;
    select e.* into v_event from extracted_events e where e.id = p_event for no key update;
    if v_event.status is distinct from 'confirmed' or v_event.start <> p_start or v_event.revision <> p_revision
       or v_conversation.opted_out_at is not null
       -- They write: what was found may be another thing in a moment.
       or (p_kind = 'confirmation' and (v_conversation.reply_due_at is not null
                                        or v_conversation.unprocessed_since is not null)) then
        return jsonb_build_object('outcome', 'changed');
    end if;
    insert into reminders (event_id, kind, minutes, "start", message_id)
    values (p_event, p_kind, p_minutes, p_start, p_message)
    on conflict (event_id, kind, minutes, "start") do nothing;
    if not found then
        return jsonb_build_object('outcome', 'done');
    end if;
    insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role, author, from_number,
        to_number, body, sent_at, delivery_status)
    values (p_message, v_event.tenant_id, v_event.conversation_id, v_conversation.provider, 'outbound', 'bot', 'reminder',
        v_conversation.channel_address, v_event.conversation_id, p_body,
        greatest(clock_timestamp(), v_conversation.last_message_at + interval '1 microsecond'), p_deliver);
    return jsonb_build_object('outcome', 'written');
end $$;
