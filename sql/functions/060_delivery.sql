-- Outbound messages on their way to the provider.

-- Claim the oldest message to send. `resumed` says that there was an earlier attempt, which died or ended without a
-- clear no: the provider may have the message already. Parts of one conversation go out in order.
create or replace function hilo_claim_outbound(
    p_token uuid, p_providers jsonb, p_lease_seconds double precision default 60
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_message whatsapp_messages;
    v_conversation whatsapp_conversations;
    v_resumed boolean;
begin
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
            select extract(epoch from min(greatest(m.send_next_at, m.send_lease_until, v_now)) - v_now)
              from whatsapp_messages m
             where m.direction = 'outbound' and m.delivery_status in ('queued', 'sending')
               and p_providers ? m.provider));
    end if;
    v_resumed := v_message.send_attempts > 0;
    update whatsapp_messages m
       set delivery_status = 'sending', send_token = p_token, send_attempts = m.send_attempts + 1,
           send_lease_until = v_now + make_interval(secs => p_lease_seconds),
           send_started_at = coalesce(m.send_started_at, v_now)
     where m.id = v_message.id returning * into v_message;
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = v_message.tenant_id and c.conversation_id = v_message.conversation_id;
    return jsonb_build_object('claimed', true, 'token', p_token, 'resumed', v_resumed,
        'attempt', v_message.send_attempts, 'started_at', v_message.send_started_at,
        'message', hilo_message_json(v_message), 'conversation', v_conversation.id,
        'contact', v_message.conversation_id, 'channel_address', v_message.from_number,
        'phone', v_conversation.phone, 'contact_name', v_conversation.contact_name,
        -- An answer goes where its question came from, whatever came in elsewhere meanwhile.
        'thread', coalesce((
            select i.thread from whatsapp_messages i
             where i.tenant_id = v_message.tenant_id and i.conversation_id = v_message.conversation_id
               and i.seq = v_message.answers_seq and i.provider = v_message.provider),
            case when v_conversation.provider = v_message.provider then v_conversation.thread end),
        'reply_to_sid', (
            select i.message_sid from whatsapp_messages i
             where i.tenant_id = v_message.tenant_id and i.conversation_id = v_message.conversation_id
               and i.seq = v_message.answers_seq));
end $$;

-- The provider took it. A report that overtook the provider's answer is applied now.
create or replace function hilo_mark_sent(p_message uuid, p_token uuid, p_message_sid text) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_message whatsapp_messages;
    v_early early_reports;
begin
    select m.* into v_message from whatsapp_messages m where m.id = p_message for no key update;
    if v_message.message_sid = p_message_sid then
        return jsonb_build_object('outcome', 'sent', 'repeated', true);
    end if;
    if v_message.send_token is distinct from p_token then
        return jsonb_build_object('outcome', 'lost');
    end if;
    -- An echo of it may have come in first and been stored as a message of its own.
    delete from whatsapp_messages m
     where m.tenant_id = v_message.tenant_id and m.provider = v_message.provider
       and m.message_sid = p_message_sid and m.id <> p_message and m.direction = 'outbound';
    delete from early_reports r where r.provider = v_message.provider and r.message_sid = p_message_sid
    returning * into v_early;
    update whatsapp_messages m
       set message_sid = p_message_sid, send_token = null, send_lease_until = null,
           delivery_status = case when hilo_delivery_rank(v_early.status) > hilo_delivery_rank('sent')
                                  then v_early.status else 'sent' end,
           delivery_error = v_early.error
     where m.id = p_message;
    return jsonb_build_object('outcome', 'sent');
end $$;

-- The provider did not take it: again after p_retry_seconds, or never (null).
create or replace function hilo_mark_send_failed(
    p_message uuid, p_token uuid, p_error text, p_retry_seconds double precision default null
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with failed as (
        update whatsapp_messages m
           set delivery_status = case when p_retry_seconds is null then 'failed' else 'queued' end,
               delivery_error = left(p_error, 500), send_token = null, send_lease_until = null,
               send_next_at = clock_timestamp() + make_interval(secs => p_retry_seconds)
         where m.id = p_message and m.send_token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from failed) then 'failed' else 'lost' end);
end;

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
    insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role, author, from_number,
        to_number, body, sent_at, delivery_status)
    select (p.value ->> 'id')::uuid, p_tenant, v_conversation.conversation_id, v_conversation.provider, 'outbound',
           'bot', p_author, v_conversation.channel_address, v_conversation.conversation_id, p.value ->> 'body',
           greatest(clock_timestamp(), v_conversation.last_message_at + interval '1 microsecond')
               + (p.ordinality - 1) * interval '1 microsecond', p_deliver
      from jsonb_array_elements(p_parts) with ordinality p order by p.ordinality
    on conflict (id) do nothing;
    update whatsapp_conversations c
       set reply_due_at = null, reply_waiting_since = null, reply_token = null, reply_lease_until = null,
           answered_seq = (select max(m.seq) from whatsapp_messages m
                            where m.tenant_id = p_tenant and m.conversation_id = c.conversation_id)
     where c.id = p_conversation;
    return (select jsonb_agg(hilo_message_json(m) order by m.seq) from whatsapp_messages m
             where m.tenant_id = p_tenant and m.id in (
                select (p.value ->> 'id')::uuid from jsonb_array_elements(p_parts) p));
end $$;
