-- Outbound messages on their way to the provider.

-- A message as its sender has it: `resumed` says that there was an earlier attempt, which died or ended without a
-- clear no, so that the provider may have the message already.
create or replace function hilo_outbound_json(m whatsapp_messages) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('claimed', true, 'token', m.send_token, 'resumed', m.send_attempts > 1,
        'attempt', m.send_attempts, 'started_at', m.send_started_at, 'message', hilo_message_json(m),
        'conversation', c.id,
        'contact', m.conversation_id, 'channel_address', m.from_number, 'phone', c.phone,
        'contact_name', c.contact_name,
        -- What decides whether it may go as it is (`services.delivery`); updated_at is when it was claimed.
        'since_inbound', extract(epoch from m.updated_at - c.last_inbound_at),
        'template_only', m.send_refused_sid is not null, 'refused', m.delivery_error,
        'lease_left', extract(epoch from m.send_lease_until - clock_timestamp()),
        -- A reminder that could not leave in time is none any more.
        'void', exists (select 1 from reminders r left join extracted_events e on e.id = r.event_id
                         where m.author = 'reminder' and r.message_id = m.id
                           and (e.status is distinct from 'confirmed' or e."start" <> r."start"
                                or case when e.all_day then e."start" + interval '1 day' else e."start" end
                                   <= clock_timestamp())),
        'opted_out', c.opted_out_at is not null, 'templates', coalesce(nullif(t.settings -> 'templates', 'null'), '{}'),
        -- An answer goes where its question came from, whatever came in elsewhere meanwhile.
        'thread', coalesce((select i.thread from whatsapp_messages i
                             where i.tenant_id = m.tenant_id and i.conversation_id = m.conversation_id
                               and i.seq = m.answers_seq and i.provider = m.provider),
                           case when c.provider = m.provider then c.thread end),
        'reply_to_sid', (select i.message_sid from whatsapp_messages i
                          where i.tenant_id = m.tenant_id and i.conversation_id = m.conversation_id
                            and i.seq = m.answers_seq and i.role = 'user' and i.direction = 'inbound'))
      from (select 1) one
      left join whatsapp_conversations c on c.tenant_id = m.tenant_id and c.conversation_id = m.conversation_id
      left join tenants t on t.id = m.tenant_id;
end;

-- Claim the oldest message to send. Parts of one conversation go out in order. p_token is made for this one call: the
-- call repeated with it finds what it claimed the first time.
create or replace function hilo_claim_outbound(
    p_token uuid, p_providers jsonb, p_lease_seconds double precision default 60
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_message whatsapp_messages;
begin
    -- Repeated: what this token claimed the first time.
    select m.* into v_message from whatsapp_messages m
     where m.send_token = p_token and m.delivery_status = 'sending' and m.send_lease_until > v_now;
    if found then
        return hilo_outbound_json(v_message);
    end if;
    select m.* into v_message from whatsapp_messages m
     where m.direction = 'outbound' and m.delivery_status in ('queued', 'sending')
       and p_providers ? m.provider
       and case m.delivery_status when 'queued' then coalesce(m.send_next_at, '-infinity') <= v_now
                                  else coalesce(m.send_lease_until, '-infinity') < v_now end
       and not exists (
           select 1 from whatsapp_messages e
            where e.tenant_id = m.tenant_id and e.conversation_id = m.conversation_id and e.direction = 'outbound'
              and e.delivery_status in ('queued', 'sending') and e.seq < m.seq)
     order by m.seq limit 1 for no key update of m skip locked;
    if not found then
        return jsonb_build_object('claimed', false, 'next_in', (
            -- Of each conversation only the first can go: those behind it wait for it, however long they are due.
            select extract(epoch from min(greatest(m.send_next_at, m.send_lease_until, v_now)) - v_now)
              from whatsapp_messages m
             where m.direction = 'outbound' and m.delivery_status in ('queued', 'sending')
               and p_providers ? m.provider
               and not exists (
                   select 1 from whatsapp_messages e
                    where e.tenant_id = m.tenant_id and e.conversation_id = m.conversation_id
                      and e.direction = 'outbound' and e.delivery_status in ('queued', 'sending')
                      and e.seq < m.seq)));
    end if;
    update whatsapp_messages m
       set delivery_status = 'sending', send_token = p_token, send_attempts = m.send_attempts + 1,
           send_lease_until = v_now + make_interval(secs => p_lease_seconds),
           send_started_at = coalesce(m.send_started_at, v_now)
     where m.id = v_message.id returning * into v_message;
    return hilo_outbound_json(v_message);
end $$;

-- The provider took it. A report that overtook the provider's answer is applied now.
create or replace function hilo_mark_sent(p_message uuid, p_token uuid, p_message_sid text) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_message whatsapp_messages;
    v_early early_reports;
begin
    select m.* into v_message from whatsapp_messages m where m.id = p_message for no key update;
    if p_message_sid in (v_message.message_sid, v_message.send_refused_sid) then
        return jsonb_build_object('outcome', 'sent', 'repeated', true);
    end if;
    if v_message.send_token is distinct from p_token then
        return jsonb_build_object('outcome', 'lost');
    end if;
    perform hilo_lock_sid(v_message.provider, p_message_sid);
    -- An echo of it may have come in first and been stored as a message of its own, in other words than we sent.
    delete from whatsapp_messages m
     where m.tenant_id = v_message.tenant_id and m.provider = v_message.provider
       and m.message_sid = p_message_sid and m.id <> p_message and m.direction = 'outbound'
       and m.delivery_status is null;
    -- Two numbers of one tenant write to each other, and the other side's copy has the id already. It was sent all the
    -- same: whatever else is unclear, it must not be sent again.
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_message.tenant_id and m.provider = v_message.provider
                  and m.message_sid = p_message_sid and m.direction = 'inbound') then
        update whatsapp_messages m
           set send_token = null, send_lease_until = null, delivery_status = 'sent',
               delivery_error = 'the provider''s id for it belongs to another message: ' || p_message_sid
         where m.id = p_message;
        return jsonb_build_object('outcome', 'sent');
    end if;
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_message.tenant_id and m.provider = v_message.provider
                  and m.message_sid = p_message_sid) then
        raise exception 'another message has the provider''s id %', p_message_sid using errcode = 'HL409';
    end if;
    delete from early_reports r
     where r.provider = v_message.provider and r.message_sid = p_message_sid
       and (r.channel_address in (v_message.from_number, '')
            or hilo_route(r.provider, r.channel_address) = v_message.tenant_id)
    returning * into v_early;
    update whatsapp_messages m
       set message_sid = p_message_sid, send_token = null, send_lease_until = null,
           delivery_status = case when hilo_delivery_rank(v_early.status) > hilo_delivery_rank('sent')
                                  then v_early.status else 'sent' end,
           delivery_error = v_early.error
     where m.id = p_message;
    if v_early.outside_window then
        perform hilo_send_as_template(p_message, left(v_early.error, 500));
    end if;
    return jsonb_build_object('outcome', 'sent');
end $$;

-- A slow provider: the sender is still at it. False: another has the message, or it is sent already.
create or replace function hilo_renew_outbound(p_message uuid, p_token uuid, p_lease_seconds double precision)
returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with renewed as (
        update whatsapp_messages m
           set send_lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
         where m.id = p_message and m.send_token = p_token and m.delivery_status = 'sending' returning 1)
    select jsonb_build_object('renewed', exists (select 1 from renewed));
end;

-- The provider did not take it: again after p_retry_seconds, or never (null). p_park: a person has to see to it, so
-- the conversation is among those that wait for the operator.
create or replace function hilo_mark_send_failed(
    p_message uuid, p_token uuid, p_error text, p_retry_seconds double precision default null,
    p_park boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation uuid;
begin
    select c.id into v_conversation from whatsapp_messages m
      join whatsapp_conversations c on c.tenant_id = m.tenant_id and c.conversation_id = m.conversation_id
     where m.id = p_message for no key update of c;
    update whatsapp_messages m
       set delivery_status = case when p_retry_seconds is null then 'failed' else 'queued' end,
           delivery_error = left(p_error, 500), send_token = null, send_lease_until = null,
           send_next_at = clock_timestamp() + make_interval(secs => p_retry_seconds)
     where m.id = p_message and m.send_token = p_token;
    if not found then
        return jsonb_build_object('outcome', 'lost');
    end if;
    update whatsapp_conversations c
       set reply_parked_at = clock_timestamp(), reply_error = left(p_error, 500)
     where c.id = v_conversation and p_park;
    return jsonb_build_object('outcome', 'failed');
end $$;

-- Write as the business. The agent's pending answer is dropped: a person has answered.
create or replace function hilo_post_message(
    p_tenant uuid, p_conversation uuid, p_parts jsonb, p_deliver text default 'queued', p_author text default 'operator'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.id = p_conversation and c.tenant_id = p_tenant for no key update;
    if not found then
        raise exception 'there is no conversation %', p_conversation using errcode = 'HL404';
    end if;
    if jsonb_array_length(p_parts) = 0 then
        raise exception 'a message needs a text' using errcode = 'HL422';
    end if;
    if not exists (select 1 from whatsapp_messages m
                    where m.id = (p_parts -> 0 ->> 'id')::uuid and m.tenant_id = p_tenant
                      and m.conversation_id = v_conversation.conversation_id) then
        insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role, author, from_number,
            to_number, body, sent_at, delivery_status)
        select (p.value ->> 'id')::uuid, p_tenant, v_conversation.conversation_id, v_conversation.provider, 'outbound',
               'bot', p_author, v_conversation.channel_address, v_conversation.conversation_id, p.value ->> 'body',
               greatest(clock_timestamp(), v_conversation.last_message_at + interval '1 microsecond')
                   + (p.ordinality - 1) * interval '1 microsecond', p_deliver
          from jsonb_array_elements(p_parts) with ordinality p order by p.ordinality;
        update whatsapp_conversations c
           set reply_due_at = null, reply_waiting_since = null, reply_token = null, reply_lease_until = null,
               reply_attempts = 0, reply_error = null, reply_parked_at = null,
               answered_seq = (select max(m.seq) from whatsapp_messages m
                                where m.tenant_id = p_tenant and m.conversation_id = c.conversation_id
                                  and m.id in (select (p.value ->> 'id')::uuid from jsonb_array_elements(p_parts) p))
         where c.id = p_conversation;
    end if;
    return (select coalesce(jsonb_agg(hilo_message_json(m) order by m.seq), '[]') from whatsapp_messages m
             where m.tenant_id = p_tenant and m.conversation_id = v_conversation.conversation_id and m.id in (
                select (p.value ->> 'id')::uuid from jsonb_array_elements(p_parts) p));
end $$;
