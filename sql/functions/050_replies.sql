-- Real-time answers: claim a conversation, commit the answer, or say why not.

create or replace function hilo_conversation_events(
    p_tenant uuid, p_conversation_id text, p_since timestamptz default '-infinity'
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(hilo_event_json(e) order by e.start, e.id), '[]')
      from extracted_events e
     where e.tenant_id = p_tenant and e.conversation_id = p_conversation_id
       and coalesce(e."end", e.start) >= p_since;
end;

-- The last p_limit messages, oldest first.
create or replace function hilo_conversation_context(
    p_tenant uuid, p_conversation_id text, p_limit integer default 10
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(hilo_message_json(m) order by m.sent_at, m.seq), '[]')
      from (select x.* from whatsapp_messages x
             where x.tenant_id = p_tenant and x.conversation_id = p_conversation_id
             order by x.sent_at desc, x.seq desc limit p_limit) m;
end;

-- What a turn needs of a claimed conversation. All that waits is in its messages, up to 50, also beyond p_context.
create or replace function hilo_reply_state(p_conversation uuid, p_context integer) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('claimed', true, 'token', c.reply_token, 'attempt', c.reply_attempts,
        'last_seq', w.last_seq, 'answered_seq', c.answered_seq, 'conversation', hilo_conversation_json(c), 'tenant', hilo_tenant_json(t),
        'messages', hilo_conversation_context(c.tenant_id, c.conversation_id, greatest(
            coalesce((t.settings ->> 'context_messages')::integer, p_context), least(w.n, 50)::integer)),
        'events', hilo_conversation_events(c.tenant_id, c.conversation_id, now() - interval '1 day'))
      from whatsapp_conversations c
      join tenants t on t.id = c.tenant_id
      cross join lateral (
            select coalesce(max(m.seq), c.answered_seq) as last_seq, count(*) as n from whatsapp_messages m
             where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
               and m.seq > c.answered_seq and m.role = 'user' and m.direction = 'inbound') w
     where c.id = p_conversation;
end;

-- Claim one conversation that waits for an answer. Returns {claimed: true, token, last_seq, conversation, tenant,
-- messages, events} or {claimed: false, next_in: seconds until something may be due, null when nothing waits}.
-- p_token is made for this one call: the call repeated with it finds what it claimed the first time.
create or replace function hilo_claim_reply(
    p_token uuid, p_lease_seconds double precision default 30, p_context integer default 10,
    p_max_claims integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_conversation whatsapp_conversations;
    v_waiting integer;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.reply_token = p_token and c.reply_lease_until > v_now;
    if found then
        return hilo_reply_state(v_conversation.id, p_context);
    end if;
    loop
        select c.* into v_conversation from whatsapp_conversations c
         where c.reply_due_at <= v_now and coalesce(c.reply_lease_until, '-infinity') < v_now
           and coalesce(c.reply_media_until, '-infinity') <= v_now
         order by c.reply_due_at limit 1 for no key update skip locked;
        if not found then
            -- Of the many that wait for their time the first is enough; those whose time has come are few: they are
            -- being answered, or their files are being read.
            return jsonb_build_object('claimed', false, 'next_in', extract(epoch from least(
                (select c.reply_due_at from whatsapp_conversations c
                  where c.reply_due_at > v_now order by c.reply_due_at limit 1),
                (select min(greatest(c.reply_lease_until, c.reply_media_until, v_now)) from whatsapp_conversations c
                  where c.reply_due_at <= v_now)) - v_now));
        end if;
        select count(*) into v_waiting from whatsapp_messages m
         where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
           and m.seq > v_conversation.answered_seq and m.role = 'user' and m.direction = 'inbound';
        if v_waiting > 0 and coalesce(v_conversation.bot_paused_until, '-infinity') <= v_now
           and v_conversation.reply_attempts < p_max_claims then
            exit;
        end if;
        -- Nothing to answer, a person has taken over, or it has taken the process down again and again.
        update whatsapp_conversations c
           set reply_due_at = null, reply_waiting_since = null, reply_token = null, reply_lease_until = null,
               reply_parked_at = case when v_waiting > 0 and c.reply_attempts >= p_max_claims then v_now end,
               reply_error = case when v_waiting > 0 and c.reply_attempts >= p_max_claims
                                  then coalesce(c.reply_error, 'the answer was begun too often and never finished') end
         where c.id = v_conversation.id;
    end loop;
    update whatsapp_conversations c
       set reply_token = p_token, reply_lease_until = v_now + make_interval(secs => p_lease_seconds),
           reply_attempts = c.reply_attempts + 1
     where c.id = v_conversation.id;
    return hilo_reply_state(v_conversation.id, p_context);
end $$;

create or replace function hilo_renew_reply(p_conversation uuid, p_token uuid, p_lease_seconds double precision)
returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with renewed as (
        update whatsapp_conversations c
           set reply_lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
         where c.id = p_conversation and c.reply_token = p_token returning 1)
    select jsonb_build_object('renewed', exists (select 1 from renewed));
end;

drop function if exists hilo_commit_reply(
    uuid, uuid, bigint, jsonb, jsonb, text, text, integer, double precision);
drop function if exists hilo_commit_reply(
    uuid, uuid, bigint, jsonb, jsonb, text, text, integer, double precision, boolean);
-- Commit an answer and its events together. p_parts: [{id, body}], ids made by the caller, so that a repeat is
-- recognised. p_deliver: 'queued' (the sender takes it) or 'held' (a waiting webhook takes it). p_pause_seconds: the agent
-- is silent for so long after it, a person takes over; p_tell: which the provider is to be told (066_handover.sql).
-- p_seen: {event: revision} that the turn was told of; one that the batch or a person has made or changed since makes the
-- answer as void as a further message does.
-- Returns {outcome: committed|lost|paused|overtaken|conflict, …}. After 'conflict' the lease is kept: run the turn again.
create or replace function hilo_commit_reply(
    p_conversation uuid, p_token uuid, p_last_seq bigint, p_parts jsonb, p_changes jsonb,
    p_deliver text default 'queued', p_policy text default 'refuse', p_minutes integer default 60,
    p_pause_seconds double precision default null, p_tell boolean default false, p_seen jsonb default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
    v_applied jsonb;
    v_sent_at timestamptz;
begin
    select c.* into v_conversation from whatsapp_conversations c where c.id = p_conversation for no key update;
    if exists (select 1 from whatsapp_messages m
                where m.id = (p_parts -> 0 ->> 'id')::uuid and m.tenant_id = v_conversation.tenant_id
                  and m.conversation_id = v_conversation.conversation_id) then
        return jsonb_build_object('outcome', 'committed', 'repeated', true, 'events', hilo_changed_events(p_changes));
    end if;
    if v_conversation.reply_token is distinct from p_token then
        return jsonb_build_object('outcome', 'lost');
    end if;
    if v_conversation.bot_paused_until > clock_timestamp() then
        update whatsapp_conversations c
           set reply_token = null, reply_lease_until = null, reply_due_at = null, reply_waiting_since = null,
               reply_attempts = 0
         where c.id = p_conversation;
        return jsonb_build_object('outcome', 'paused');
    end if;
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_conversation.tenant_id
                  and m.conversation_id = v_conversation.conversation_id
                  and m.seq > p_last_seq and m.role = 'user' and m.direction = 'inbound')
       or p_seen is not null and exists (
                select 1 from extracted_events e
                 where e.tenant_id = v_conversation.tenant_id
                   and e.conversation_id = v_conversation.conversation_id
                   and coalesce(e."end", e.start) >= now() - interval '1 day'
                   and e.revision is distinct from (p_seen ->> e.id::text)::integer) then
        update whatsapp_conversations c
           set reply_token = null, reply_lease_until = null, reply_attempts = 0
         where c.id = p_conversation;
        return jsonb_build_object('outcome', 'overtaken');
    end if;

    v_applied := hilo_apply_event_changes(v_conversation.tenant_id, v_conversation.conversation_id, 'realtime',
        p_changes, p_policy, p_minutes);
    if not v_applied ? 'created' then
        return jsonb_build_object('outcome', 'conflict', 'conflicts', v_applied -> 'conflicts');
    end if;

    -- An answer never sorts before what it answers, whatever the clocks say.
    select greatest(clock_timestamp(), max(m.sent_at) + interval '1 microsecond') into v_sent_at
      from whatsapp_messages m
     where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id;
    insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role, author, from_number,
        to_number, body, sent_at, delivery_status, answers_seq)
    select (p.value ->> 'id')::uuid, v_conversation.tenant_id, v_conversation.conversation_id,
           v_conversation.provider, 'outbound', 'bot', 'agent', v_conversation.channel_address,
           v_conversation.conversation_id, p.value ->> 'body',
           v_sent_at + (p.ordinality - 1) * interval '1 microsecond', p_deliver, p_last_seq
      from jsonb_array_elements(p_parts) with ordinality p order by p.ordinality;
    update whatsapp_conversations c
       set answered_seq = p_last_seq, reply_token = null, reply_lease_until = null, reply_due_at = null,
           reply_waiting_since = null, reply_attempts = 0, reply_error = null, reply_parked_at = null,
           bot_paused_until = coalesce(clock_timestamp() + make_interval(secs => p_pause_seconds), c.bot_paused_until),
           handover_tell = case when p_tell then 'person' else c.handover_tell end,
           handover_token = case when p_tell then null else c.handover_token end,
           handover_attempts = case when p_tell then 0 else c.handover_attempts end,
           handover_next_at = case when p_tell then null else c.handover_next_at end,
           unprocessed_since = (select min(m.created_at) from whatsapp_messages m
                                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                                   and not m.processed)
     where c.id = p_conversation;
    return jsonb_build_object('outcome', 'committed', 'events', v_applied -> 'events',
        'created', v_applied -> 'created', 'updated', v_applied -> 'updated', 'cancelled', v_applied -> 'cancelled');
end $$;

-- The turn failed. With p_retry_seconds it is tried again; without, it is parked for the operator.
create or replace function hilo_fail_reply(
    p_conversation uuid, p_token uuid, p_error text, p_retry_seconds double precision default null
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with failed as (
        update whatsapp_conversations c
           set reply_token = null, reply_lease_until = null, reply_error = left(p_error, 500),
               -- What comes in now begins a burst of its own, with its own time to wait.
               reply_waiting_since = null,
               -- No attempts are counted: a message came in meanwhile, and its own answer is due as it was.
               reply_due_at = case when c.reply_attempts = 0 then c.reply_due_at
                                   else clock_timestamp() + make_interval(secs => p_retry_seconds) end,
               reply_parked_at = case when p_retry_seconds is null and c.reply_attempts > 0
                                      then clock_timestamp() end
         where c.id = p_conversation and c.reply_token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from failed) then 'failed' else 'lost' end);
end;

-- The model is down: a word for the customer meanwhile, once for all that waits. It answers nothing: the answer itself
-- stays due. {outcome: told, or nothing (told before, answered, overtaken or lost)}.
create or replace function hilo_hold_reply(
    p_conversation uuid, p_token uuid, p_last_seq bigint, p_id uuid, p_body text, p_deliver text default 'queued'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.id = p_conversation and c.reply_token = p_token for no key update;
    if not found or coalesce(v_conversation.bot_paused_until, '-infinity') > clock_timestamp() then
        return jsonb_build_object('outcome', 'nothing');
    end if;
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
                  and m.author = 'holding' and m.answers_seq > v_conversation.answered_seq) then
        return jsonb_build_object('outcome', case when exists (select 1 from whatsapp_messages m where m.id = p_id)
                                                  then 'told' else 'nothing' end);
    end if;
    insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role, author, from_number,
        to_number, body, sent_at, delivery_status, answers_seq)
    select p_id, v_conversation.tenant_id, v_conversation.conversation_id, v_conversation.provider, 'outbound', 'bot',
           'holding', v_conversation.channel_address, v_conversation.conversation_id, p_body,
           greatest(clock_timestamp(), max(m.sent_at) + interval '1 microsecond'), p_deliver, p_last_seq
      from whatsapp_messages m
     where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id;
    return jsonb_build_object('outcome', 'told');
end $$;

-- For the webhook that waits (no REST credentials). p_seq: the message that this request brought.
-- {outcome: ready (parts), overtaken (a later request carries the answer), none (nothing to say), waiting}.
-- An earlier answer that no webhook carried (it came too late, or the next message overtook its webhook) goes along
-- while it is younger than p_max_age_seconds: the agent has written on as if it had been said.
create or replace function hilo_take_held_reply(
    p_conversation uuid, p_seq bigint, p_max_age_seconds double precision default 600
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
    v_parts jsonb;
begin
    select c.* into v_conversation from whatsapp_conversations c where c.id = p_conversation;
    -- Carried already: this call is repeated, its reply was lost.
    select jsonb_agg(m.body order by m.seq) into v_parts from whatsapp_messages m
     where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
       and m.carried_by_seq = p_seq;
    if v_parts is not null then
        return jsonb_build_object('outcome', 'ready', 'parts', v_parts);
    end if;
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_conversation.tenant_id
                  and m.conversation_id = v_conversation.conversation_id
                  and m.seq > p_seq and m.role = 'user' and m.direction = 'inbound') then
        return jsonb_build_object('outcome', 'overtaken');
    end if;
    if v_conversation.answered_seq < p_seq and not exists (
        select 1 from whatsapp_messages m
         where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
           and m.author = 'holding' and m.delivery_status = 'held' and m.answers_seq = p_seq) then
        return jsonb_build_object('outcome', case when v_conversation.reply_due_at is null then 'none' else 'waiting' end,
            'due_in', extract(epoch from v_conversation.reply_due_at - clock_timestamp()));
    end if;
    with taken as (
        update whatsapp_messages m set delivery_status = 'sent', carried_by_seq = p_seq
         where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
           and m.delivery_status = 'held' and m.answers_seq <= p_seq
           and (m.answers_seq = p_seq
                or m.created_at > clock_timestamp() - make_interval(secs => p_max_age_seconds))
        returning m.seq, m.body)
    select jsonb_agg(t.body order by t.seq) into v_parts from taken t;
    return jsonb_build_object('outcome', case when v_parts is null then 'none' else 'ready' end,
        'parts', coalesce(v_parts, '[]'));
end $$;
