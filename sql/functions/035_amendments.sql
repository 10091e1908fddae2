-- What is said later about something stored: a message was edited or deleted, a contact has another name, a person takes
-- a conversation or gives it back.

-- A message is now as its author wants it. What it said before stays in raw under 'hilo:versions', the batch looks again,
-- and an answer or a completion that was being made from the old text is void. With p_contact a message that was never
-- seen is stored as it is now; the original, should it still come, is a duplicate then.
-- {outcome: amended|unchanged|stale|unknown, or what hilo_store_message says}; safe to repeat.
create or replace function hilo_amend_message(
    p_provider text,
    p_channel_address text,
    p_contact text,
    p_message_sid text,
    p_body text,
    p_kind text,
    p_amendment_sid text default null,
    p_at timestamptz default null,
    p_direction text default 'inbound',
    p_role text default 'user',
    p_contact_name text default null,
    p_phone text default null,
    p_media jsonb default '[]',
    p_raw jsonb default '{}',
    p_aliases jsonb default '[]',
    p_thread text default null,
    p_author text default null,
    p_answer boolean default true,
    p_quiet_seconds double precision default 2,
    p_max_wait_seconds double precision default 10
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_at timestamptz := case when p_at between '2009-01-01' and v_now + interval '2 minutes' then p_at else v_now end;
    v_tenant uuid := hilo_route(p_provider, p_channel_address);
    v_message whatsapp_messages;
    v_version jsonb;
    v_versions jsonb;
    v_stored jsonb;
begin
    v_version := jsonb_build_object('kind', p_kind, 'at', v_at, 'sid', p_amendment_sid, 'raw', p_raw);
    if v_tenant is null then
        update unrouted_messages u
           set arguments = jsonb_set(jsonb_set(u.arguments, '{p_body}', to_jsonb(p_body)), '{p_raw,hilo:versions}',
                   coalesce(u.arguments #> '{p_raw,hilo:versions}', '[]')
                       || (v_version || jsonb_build_object('body', u.arguments -> 'p_body')))
         where u.provider = p_provider and u.address = p_channel_address and u.message_sid = p_message_sid
           and u.arguments ->> 'p_body' is distinct from p_body;
        if found then
            return jsonb_build_object('outcome', 'unrouted');
        end if;
    else
        select m.* into v_message from whatsapp_messages m
         where m.tenant_id = v_tenant and m.provider = p_provider and m.message_sid = p_message_sid;
    end if;
    if v_message.id is null then
        if p_contact is null then
            return jsonb_build_object('outcome', 'unknown');
        end if;
        v_stored := hilo_store_message(
            p_provider => p_provider, p_channel_address => p_channel_address, p_contact => p_contact,
            p_message_sid => p_message_sid, p_body => p_body, p_direction => p_direction, p_role => p_role,
            p_sent_at => v_at, p_contact_name => p_contact_name, p_phone => p_phone, p_media => p_media,
            p_raw => p_raw || jsonb_build_object('hilo:versions', jsonb_build_array(v_version - 'raw')),
            p_aliases => p_aliases, p_thread => p_thread, p_author => p_author,
            p_answer => p_answer and p_kind = 'edited',
            p_quiet_seconds => p_quiet_seconds, p_max_wait_seconds => p_max_wait_seconds);
        -- The original came in at this very moment: then it is there to be changed.
        if v_tenant is null or v_stored ->> 'outcome' <> 'duplicate' then
            return v_stored;
        end if;
        select m.* into v_message from whatsapp_messages m
         where m.tenant_id = v_tenant and m.provider = p_provider and m.message_sid = p_message_sid;
        if not found then  -- it was erased
            return v_stored;
        end if;
    end if;

    -- The conversation first, as everywhere; then the message as it is under the lock.
    perform 1 from whatsapp_conversations c
      where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id for no key update;
    select m.* into v_message from whatsapp_messages m where m.id = v_message.id;
    v_versions := coalesce(v_message.raw -> 'hilo:versions', '[]');
    if v_message.body = p_body then
        return jsonb_build_object('outcome', 'unchanged', 'message_id', v_message.id);
    end if;
    -- Deleted is for good, and an older edit that comes late does not undo a newer one.
    if v_versions -> -1 ->> 'kind' = 'revoked'
       or (p_kind = 'edited' and (v_versions -> -1 ->> 'at')::timestamptz > v_at) then
        return jsonb_build_object('outcome', 'stale', 'message_id', v_message.id);
    end if;
    update whatsapp_messages m
       set body = p_body, processed = false,
           raw = m.raw || jsonb_build_object('hilo:versions',
                 v_versions || (v_version || jsonb_build_object('body', m.body)))
     where m.id = v_message.id;
    update whatsapp_conversations c
       set unprocessed_since = coalesce(c.unprocessed_since, v_now),
           batch_token = null, batch_lease_until = null, batch_run_id = null, batch_next_at = null,
           batch_parked_at = null
     where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id;
    -- Not answered yet: begin again with the new text, if anything is left to answer. What was answered is the batch's.
    update whatsapp_conversations c
       set reply_token = null, reply_lease_until = null, reply_attempts = 0,
           reply_due_at = case when w.waits then v_now + make_interval(secs => p_quiet_seconds) end,
           reply_waiting_since = case when w.waits then c.reply_waiting_since end
      from (select exists (
                select 1 from whatsapp_messages m
                  join whatsapp_conversations o on o.tenant_id = m.tenant_id and o.conversation_id = m.conversation_id
                 where m.tenant_id = v_tenant and m.conversation_id = v_message.conversation_id
                   and m.seq > o.answered_seq and m.role = 'user' and m.direction = 'inbound'
                   and coalesce(m.raw -> 'hilo:versions' -> -1 ->> 'kind', '') <> 'revoked') as waits) w
     where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id
       and v_message.direction = 'inbound' and v_message.seq > c.answered_seq and c.reply_due_at is not null;
    return jsonb_build_object('outcome', 'amended', 'tenant_id', v_tenant, 'message_id', v_message.id,
        'seq', v_message.seq, 'conversation', (
            select c.id from whatsapp_conversations c
             where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id),
        'reply_due', exists (
            select 1 from whatsapp_conversations c
             where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id
               and c.reply_due_at is not null));
end $$;

-- Another name of a contact. {outcome: linked|known|unknown|unrouted}; known: it is a conversation of its own already.
create or replace function hilo_link_contact(
    p_provider text, p_channel_address text, p_contact text, p_alias text
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_tenant uuid := hilo_route(p_provider, p_channel_address);
    v_contact text;
begin
    if v_tenant is null then
        return jsonb_build_object('outcome', 'unrouted');
    end if;
    v_contact := hilo_find_contact(v_tenant, p_provider, p_contact);
    perform 1 from whatsapp_conversations c
      where c.tenant_id = v_tenant and c.conversation_id = v_contact for no key update;
    if not found then
        return jsonb_build_object('outcome', 'unknown');
    end if;
    if exists (select 1 from whatsapp_conversations c where c.tenant_id = v_tenant and c.conversation_id = p_alias) then
        return jsonb_build_object('outcome', 'known');
    end if;
    insert into contact_aliases (tenant_id, provider, alias, conversation_id)
    values (v_tenant, p_provider, p_alias, v_contact)
    on conflict (tenant_id, provider, alias) do update set conversation_id = excluded.conversation_id;
    return jsonb_build_object('outcome', 'linked');
end $$;

drop function if exists hilo_set_handover(text, text, text, timestamptz);
-- A person takes a contact's conversation until p_until, or gives it to the agent (null). p_tell: the provider is to be
-- told (066_handover.sql).
-- {outcome: paused|resumed|unknown|unrouted}
create or replace function hilo_set_handover(
    p_provider text, p_channel_address text, p_contact text, p_until timestamptz default null,
    p_tell boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_tenant uuid := hilo_route(p_provider, p_channel_address);
    v_conversation uuid;
begin
    if v_tenant is null then
        return jsonb_build_object('outcome', 'unrouted');
    end if;
    select c.id into v_conversation from whatsapp_conversations c
     where c.tenant_id = v_tenant and c.conversation_id = hilo_find_contact(v_tenant, p_provider, p_contact);
    if not found then
        return jsonb_build_object('outcome', 'unknown');
    end if;
    perform hilo_pause_conversation(v_tenant, v_conversation, p_until, p_tell);
    return jsonb_build_object('outcome', case when p_until is null then 'resumed' else 'paused' end,
        'conversation', v_conversation);
end $$;
