-- Files that came with messages are turned into text: claim a message, say what its files hold, or why not.

create or replace function hilo_media_json(m whatsapp_messages) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('claimed', true, 'token', m.media_token, 'attempt', m.media_attempts,
        'message', hilo_message_json(m), 'channel_address',
        case m.direction when 'inbound' then m.to_number else m.from_number end, 'locale', t.locale)
      from (select 1) one left join tenants t on t.id = m.tenant_id;
end;

-- Claim a message whose files wait, newest first: somebody waits for its answer. Those whose sender is p_providers only.
-- p_token is made for this one call: the call repeated with it finds what it claimed the first time.
create or replace function hilo_claim_media(
    p_token uuid, p_providers jsonb, p_lease_seconds double precision default 60
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_message whatsapp_messages;
begin
    select m.* into v_message from whatsapp_messages m where m.media_token = p_token and m.media_lease_until > v_now;
    if found then
        return hilo_media_json(v_message);
    end if;
    select m.* into v_message from whatsapp_messages m
     where m.media_state = 'waiting' and p_providers ? m.provider
       and coalesce(m.media_next_at, '-infinity') <= v_now and coalesce(m.media_lease_until, '-infinity') < v_now
     order by m.seq desc limit 1 for no key update of m skip locked;
    if not found then
        return jsonb_build_object('claimed', false, 'next_in', (
            select extract(epoch from min(greatest(m.media_next_at, m.media_lease_until, v_now)) - v_now)
              from whatsapp_messages m where m.media_state = 'waiting' and p_providers ? m.provider));
    end if;
    update whatsapp_messages m
       set media_token = p_token, media_lease_until = v_now + make_interval(secs => p_lease_seconds),
           media_attempts = m.media_attempts + 1
     where m.id = v_message.id returning * into v_message;
    return hilo_media_json(v_message);
end $$;

-- Reading takes its time. False: another has the message.
create or replace function hilo_renew_media(p_message uuid, p_token uuid, p_lease_seconds double precision) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with renewed as (
        update whatsapp_messages m
           set media_lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
         where m.id = p_message and m.media_token = p_token returning 1)
    select jsonb_build_object('renewed', exists (select 1 from renewed));
end;

-- The files of a message hold p_body, where p_before stood; null: nothing could be read out of them, for good
-- (p_error), or this time (p_retry_seconds). The answer need not wait any longer, and what is being made from the
-- old text is void, as when a message is edited.
-- {outcome: read|failed|waiting|changed|lost}; 'changed': edited or deleted meanwhile, nothing was written.
create or replace function hilo_finish_media(
    p_message uuid, p_token uuid, p_before text, p_body text default null, p_error text default null,
    p_retry_seconds double precision default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_message whatsapp_messages;
    v_conversation whatsapp_conversations;
    v_outcome text;
    v_waits boolean;
begin
    select m.* into v_message from whatsapp_messages m where m.id = p_message;
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = v_message.tenant_id and c.conversation_id = v_message.conversation_id for no key update;
    select m.* into v_message from whatsapp_messages m where m.id = p_message for no key update;
    if v_message.media_token is distinct from p_token then
        return jsonb_build_object('outcome', case when v_message.media_state = 'read' and v_message.body = p_body
                                                  then 'read' else 'lost' end);
    end if;
    v_outcome := case when v_message.body <> p_before then 'changed'
                      when p_body is not null then 'read'
                      when p_retry_seconds is not null then 'waiting'
                      else 'failed' end;
    update whatsapp_messages m
       set media_token = null, media_lease_until = null, media_error = left(p_error, 500),
           -- What was deleted is read by nobody; an edited one is read again, under its new text.
           media_state = case when v_outcome <> 'changed' then v_outcome
                              when m.raw -> 'hilo:versions' -> -1 ->> 'kind' = 'revoked' then null
                              else 'waiting' end,
           media_next_at = v_now + make_interval(secs => p_retry_seconds),
           body = case when v_outcome = 'read' then p_body else m.body end,
           processed = m.processed and v_outcome <> 'read'
     where m.id = p_message;
    if v_outcome = 'read' then
        update whatsapp_conversations c
           set unprocessed_since = coalesce(c.unprocessed_since, v_now),
               batch_token = null, batch_lease_until = null, batch_run_id = null, batch_next_at = null,
               batch_parked_at = null
         where c.id = v_conversation.id;
        update whatsapp_conversations c
           set reply_token = null, reply_lease_until = null, reply_attempts = 0
         where c.id = v_conversation.id and v_message.direction = 'inbound'
           and v_message.seq > c.answered_seq and c.reply_due_at is not null;
    end if;
    if v_outcome in ('read', 'failed') then
        select exists (select 1 from whatsapp_messages m
                        where m.tenant_id = v_message.tenant_id and m.conversation_id = v_message.conversation_id
                          and m.media_state = 'waiting' and m.direction = 'inbound') into v_waits;
        update whatsapp_conversations c set reply_media_until = null where c.id = v_conversation.id and not v_waits;
    end if;
    return jsonb_build_object('outcome', v_outcome, 'conversation', v_conversation.id);
end $$;
