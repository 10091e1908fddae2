-- Sessions: what an agent outside Hilo keeps beside a conversation. Its messages are whatsapp_messages, nothing else.
-- Locks are taken as everywhere: the conversation first, then the session.

-- A session with its last p_messages messages. `is_active` is false as well when its time has run out.
create or replace function hilo_session_json(p_session sessions, p_messages integer) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'id', p_session.id, 'tenant_id', p_session.tenant_id, 'sub_domain', t.slug, 'time_zone', t.timezone,
        'conversation_id', p_session.conversation_id, 'bot_id', p_session.bot_id, 'local_id', p_session.local_id,
        'phone', p_session.phone, 'user_phone', p_session.user_phone,
        'current_intent', p_session.current_intent, 'current_step', p_session.current_step,
        'previous_intent', p_session.previous_intent, 'previous_step', p_session.previous_step)
        || jsonb_build_object(
        'context', p_session.context, 'metadata', p_session.metadata, 'order_ids', p_session.order_ids,
        'messages', (
            select coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'content', m.body, 'timestamp', m.sent_at)
                                      order by m.sent_at, m.seq), '[]')
              from (select x.role, x.body, x.sent_at, x.seq from whatsapp_messages x
                     where x.tenant_id = p_session.tenant_id and x.conversation_id = p_session.conversation_id
                     order by x.sent_at desc, x.seq desc limit p_messages) m),
        'last_user_message', (
            select m.body from whatsapp_messages m
             where m.tenant_id = p_session.tenant_id and m.conversation_id = p_session.conversation_id
               and m.role = 'user' and m.direction = 'inbound'
             order by m.seq desc limit 1),
        'is_active', p_session.is_active and p_session.expires_at > clock_timestamp(),
        'version', p_session.version, 'last_activity', p_session.last_activity,
        'expires_at', p_session.expires_at, 'created_at', p_session.created_at, 'updated_at', p_session.updated_at)
      from tenants t where t.id = p_session.tenant_id;
end;

-- The active session of a contact with a bot: renewed, or with p_open the next one. The caller holds the conversation.
-- Returns {id, replies: whether Hilo's own agent may answer}. A session inherits that switch from the one before: an
-- agent that answers a conversation does not lose it to Hilo overnight.
create or replace function hilo_touch_session(
    p_tenant uuid, p_conversation_id text, p_user_phone text, p_bot_id text, p_local_id text,
    p_session_seconds double precision, p_open boolean default true, p_metadata jsonb default '{}'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_expires timestamptz := v_now + make_interval(secs => p_session_seconds);
    v_session sessions;
    v_digits text := regexp_replace(p_user_phone, '[^0-9]', '', 'g');
begin
    select s.* into v_session from sessions s
     where s.tenant_id = p_tenant and s.conversation_id = p_conversation_id and s.bot_id = p_bot_id and s.is_active
       for no key update;
    if v_session.expires_at > v_now then
        update sessions s
           set last_activity = v_now, expires_at = v_expires, local_id = coalesce(p_local_id, s.local_id),
               metadata = s.metadata || p_metadata
         where s.id = v_session.id
        returning * into v_session;
    elsif p_open and v_digits <> '' then
        if found then
            update sessions s set is_active = false where s.id = v_session.id;
        end if;
        insert into sessions (id, tenant_id, conversation_id, bot_id, local_id, phone, user_phone, metadata,
            last_activity, expires_at, created_at, updated_at)
        values (format('%s_%s_%s_%s', regexp_replace(p_bot_id, '[^A-Za-z0-9_.-]', '-', 'g'), v_digits, floor(extract(epoch from v_now) * 1000)::bigint,
                       substr(replace(gen_random_uuid()::text, '-', ''), 1, 8)),
            p_tenant, p_conversation_id, p_bot_id, p_local_id, v_digits, p_user_phone,
            coalesce((select jsonb_build_object('hiloReplies', s.metadata -> 'hiloReplies') from sessions s
                       where s.tenant_id = p_tenant and s.conversation_id = p_conversation_id and s.bot_id = p_bot_id
                         and s.metadata ? 'hiloReplies' order by s.created_at desc limit 1), '{}') || p_metadata,
            v_now, v_expires, v_now, v_now)
        returning * into v_session;
    end if;
    if v_session.expires_at <= v_now then
        v_session := null;
    end if;
    return jsonb_build_object('id', v_session.id,
        'replies', v_session.metadata -> 'hiloReplies' is distinct from 'false'::jsonb);
end $$;

-- For an agent that begins: the session of this phone in this tenant. p_phones: the digits under which the contact may
-- be known, the given ones first. Safe to repeat: an active session is returned as it is.
create or replace function hilo_create_session(
    p_tenant uuid, p_phones jsonb, p_user_phone text, p_bot_id text default null, p_local_id text default null,
    p_metadata jsonb default '{}', p_session_seconds double precision default 86400, p_messages integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_channel channels;
    v_conversation whatsapp_conversations;
    v_bot_id text;
    v_provider text;
    v_touched jsonb;
begin
    select c.* into v_channel from channels c where c.tenant_id = p_tenant and c.enabled
     order by (c.bot_id is not distinct from p_bot_id) desc, (c.local_id is not distinct from p_local_id) desc,
              c.created_at, c.id limit 1;
    v_bot_id := coalesce(p_bot_id, v_channel.bot_id, (select t.slug from tenants t where t.id = p_tenant));
    v_provider := coalesce(v_channel.provider, 'twilio');
    select c.* into v_conversation
      from jsonb_array_elements_text(p_phones) with ordinality p (digits, n)
      join whatsapp_conversations c on c.tenant_id = p_tenant and (c.phone = '+' || p.digits
           or c.conversation_id in ('whatsapp:+' || p.digits, p.digits, p.digits || '@c.us'))
     order by c.last_message_at desc nulls last, p.n limit 1;
    if found then
        select c.* into v_conversation from whatsapp_conversations c where c.id = v_conversation.id for no key update;
    else
        insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, phone)
        values (p_tenant, case v_provider when 'cloud_api' then p_phones ->> 0 when 'waha' then p_phones ->> 0 || '@c.us'
                          else 'whatsapp:+' || (p_phones ->> 0) end,
                v_provider, coalesce(v_channel.address, v_bot_id), '+' || (p_phones ->> 0))
        on conflict (tenant_id, conversation_id) do update set updated_at = now()
        returning * into v_conversation;
        -- The provider may name the contact by another form of its number: one contact all the same.
        insert into contact_aliases (tenant_id, provider, alias, conversation_id)
        select p_tenant, v_provider, a.name, v_conversation.conversation_id
          from jsonb_array_elements_text(p_phones) p (digits),
               lateral unnest(array['whatsapp:+' || p.digits, p.digits, p.digits || '@c.us']) a (name)
         where a.name <> v_conversation.conversation_id
        on conflict (tenant_id, provider, alias) do nothing;
    end if;
    v_touched := hilo_touch_session(p_tenant, v_conversation.conversation_id, p_user_phone, v_bot_id,
        coalesce(p_local_id, v_channel.local_id), p_session_seconds, true, p_metadata);
    return (select hilo_session_json(s, p_messages) from sessions s where s.id = v_touched ->> 'id');
end $$;

-- The newest active session of a phone: of one tenant, or of all (p_tenant null: an administrator). Null when none.
create or replace function hilo_find_session(
    p_phones jsonb, p_tenant uuid default null, p_bot_id text default null, p_messages integer default 20
) returns jsonb
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
    v_session sessions;
begin
    select s.* into v_session from sessions s
     where s.is_active and s.expires_at > clock_timestamp()
       and s.phone = any (array(select jsonb_array_elements_text(p_phones)))
       and (p_tenant is null or s.tenant_id = p_tenant) and (p_bot_id is null or s.bot_id = p_bot_id)
     order by s.last_activity desc, s.created_at desc limit 1;
    return case when found then hilo_session_json(v_session, p_messages) end;
end $$;

-- By its id, whether active or not. Null when there is none that this caller may see.
create or replace function hilo_get_session(p_session text, p_tenant uuid default null, p_messages integer default 20)
returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select hilo_session_json(s, p_messages) from sessions s
     where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant);
end;

-- Merge what an agent says of a session. Null: not said. The keys of p_context and p_metadata replace those of the same
-- name. The version grows when something changed, and only then; with p_if_version the state must be that version.
-- {outcome: synced (session) | inactive | overtaken (version) | too_large (bytes)}. Safe to repeat.
create or replace function hilo_sync_session(
    p_session text, p_tenant uuid default null, p_intent text default null, p_step text default null,
    p_context jsonb default '{}', p_metadata jsonb default '{}', p_is_active boolean default null,
    p_if_version bigint default null, p_max_bytes integer default 65536,
    p_session_seconds double precision default 86400, p_messages integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_old sessions;
    v_new sessions;
    v_changed boolean;
begin
    if p_metadata ? 'hiloReplies' then
        perform 1 from whatsapp_conversations c join sessions s
             on s.tenant_id = c.tenant_id and s.conversation_id = c.conversation_id
          where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant) for no key update of c;
    end if;
    select s.* into v_old from sessions s
     where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant) for no key update;
    -- A call that closed the session and is repeated finds it as it left it.
    if not found or v_old.expires_at <= v_now or not (v_old.is_active or (p_is_active is false
            and coalesce(v_old.version = p_if_version + 1, false))) then
        return jsonb_build_object('outcome', 'inactive');
    end if;
    v_new := v_old;
    if p_intent <> coalesce(v_old.current_intent, '') then
        v_new.previous_intent := v_old.current_intent;
        v_new.current_intent := p_intent;
    end if;
    if p_step <> coalesce(v_old.current_step, '') then
        v_new.previous_step := v_old.current_step;
        v_new.current_step := p_step;
    end if;
    v_new.context := v_old.context || (p_context - array['previousMessages', 'orderIds']);
    v_new.metadata := v_old.metadata || p_metadata;
    v_new.is_active := coalesce(p_is_active, v_old.is_active);
    v_changed := v_new is distinct from v_old;
    if v_changed and octet_length(v_new.context::text) + octet_length(v_new.metadata::text) > p_max_bytes then
        return jsonb_build_object('outcome', 'too_large',
            'bytes', octet_length(v_new.context::text) + octet_length(v_new.metadata::text));
    end if;
    if v_old.version <> coalesce(p_if_version, v_old.version)
       and (v_changed or v_old.version <> p_if_version + 1) then
        return jsonb_build_object('outcome', 'overtaken', 'version', v_old.version);
    end if;
    update sessions s
       set current_intent = v_new.current_intent, previous_intent = v_new.previous_intent,
           current_step = v_new.current_step, previous_step = v_new.previous_step, context = v_new.context,
           metadata = v_new.metadata, is_active = v_new.is_active, version = s.version + v_changed::integer,
           last_activity = v_now, expires_at = v_now + make_interval(secs => p_session_seconds)
     where s.id = v_old.id returning * into v_new;
    -- The agent outside answers from now on: what Hilo was about to say is dropped.
    if p_metadata -> 'hiloReplies' = 'false' then
        update whatsapp_conversations c
           set reply_due_at = null, reply_waiting_since = null, reply_token = null, reply_lease_until = null
         where c.tenant_id = v_new.tenant_id and c.conversation_id = v_new.conversation_id
           and c.reply_due_at is not null;
    end if;
    return jsonb_build_object('outcome', 'synced', 'session', hilo_session_json(v_new, p_messages));
end $$;

-- A message of the agent's conversation. p_id: its id, of the provider's or the agent's making; p_key: names this call,
-- so that a repeat is recognised where there is no id. A message without an id that a webhook has stored (same session,
-- role and text, last 10 minutes, not matched yet) is that message.
-- {outcome: added | adopted | known | inactive, session}
create or replace function hilo_add_session_message(
    p_session text, p_role text, p_content text, p_tenant uuid default null, p_id text default null,
    p_key text default null, p_sent_at timestamptz default null,
    p_session_seconds double precision default 86400, p_messages integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_session sessions;
    v_conversation whatsapp_conversations;
    v_message uuid;
    v_seq bigint;
    v_sent_at timestamptz;
    v_outcome text := 'known';
    v_ref text := coalesce(p_id, p_key);
begin
    select s.* into v_session from sessions s where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant);
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = v_session.tenant_id and c.conversation_id = v_session.conversation_id for no key update;
    select s.* into v_session from sessions s
     where s.id = v_session.id and s.is_active and s.expires_at > v_now for no key update;
    if not found then
        return jsonb_build_object('outcome', 'inactive');
    end if;

    select m.id into v_message from whatsapp_messages m where m.session_id = v_session.id and m.session_ref = v_ref;
    if v_message is null and p_id is not null then
        update whatsapp_messages m set session_id = v_session.id, session_ref = v_ref
         where m.tenant_id = v_session.tenant_id and m.provider = v_conversation.provider and m.message_sid = p_id
           and m.conversation_id = v_session.conversation_id and m.session_id is null
        returning m.id into v_message;
    end if;
    if v_message is null and p_id is null then
        update whatsapp_messages m set session_id = v_session.id, session_ref = coalesce(v_ref, m.id::text)
         where m.id = (select x.id from whatsapp_messages x
                        where x.tenant_id = v_session.tenant_id and x.conversation_id = v_session.conversation_id
                          and x.sent_at > least(v_now, p_sent_at) - interval '10 minutes' and x.received_at > v_now - interval '1 day'
                          and x.role = p_role and x.session_id is null and x.author is distinct from 'api'
                          and x.received_at >= v_session.created_at - interval '1 minute'
                          and btrim(regexp_replace(x.body, '\s+', ' ', 'g'))
                              = btrim(regexp_replace(p_content, '\s+', ' ', 'g'))
                        order by x.sent_at, x.seq limit 1)
        returning m.id into v_message;
        v_outcome := case when v_message is null then 'known' else 'adopted' end;
    end if;
    if v_message is null then
        v_outcome := 'added';
        -- Without a time of its own it follows what is there, whatever the clocks say.
        v_sent_at := case when p_sent_at between '2009-01-01' and v_now + interval '2 minutes' then p_sent_at
                          else greatest(v_now, v_conversation.last_message_at + interval '1 microsecond') end;
        update whatsapp_conversations c
           set last_message_at = greatest(c.last_message_at, v_sent_at),
               last_inbound_at = case when p_role = 'user' then greatest(c.last_inbound_at, v_sent_at)
                                      else c.last_inbound_at end,
               unprocessed_since = coalesce(c.unprocessed_since, v_now), batch_next_at = null, batch_parked_at = null
         where c.id = v_conversation.id;
        insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, direction, role, author,
            from_number, to_number, body, sent_at, received_at, delivery_status, session_id, session_ref, created_at)
        select v_session.tenant_id, v_session.conversation_id, v_conversation.provider,
               -- The webhook of the same message, should it still come, is a duplicate then.
               (select p_id where not exists (
                    select 1 from whatsapp_messages m where m.tenant_id = v_session.tenant_id
                       and m.provider = v_conversation.provider and m.message_sid = p_id)),
               case p_role when 'user' then 'inbound' else 'outbound' end, p_role, 'api',
               case p_role when 'user' then v_session.conversation_id else v_conversation.channel_address end,
               case p_role when 'user' then v_conversation.channel_address else v_session.conversation_id end,
               p_content, v_sent_at, v_now, case p_role when 'bot' then 'sent' end, v_session.id,
               coalesce(v_ref, gen_random_uuid()::text), v_now
        returning id, seq into v_message, v_seq;
        -- The agent outside has answered: nothing of Hilo's shall follow.
        if p_role = 'bot' then
            update whatsapp_conversations c
               set answered_seq = v_seq, reply_due_at = null, reply_waiting_since = null, reply_token = null,
                   reply_lease_until = null, reply_attempts = 0, reply_error = null, reply_parked_at = null
             where c.id = v_conversation.id;
        end if;
    end if;
    update sessions s
       set last_activity = v_now, expires_at = v_now + make_interval(secs => p_session_seconds)
     where s.id = v_session.id returning * into v_session;
    return jsonb_build_object('outcome', v_outcome, 'message_id', v_message,
        'session', hilo_session_json(v_session, p_messages));
end $$;

-- Link an order, once. {outcome: linked | inactive, session}
create or replace function hilo_link_order(
    p_session text, p_order_id text, p_tenant uuid default null,
    p_session_seconds double precision default 86400, p_messages integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_session sessions;
begin
    update sessions s
       set order_ids = case when s.order_ids ? p_order_id then s.order_ids else s.order_ids || to_jsonb(p_order_id) end,
           version = s.version + (not s.order_ids ? p_order_id)::integer,
           last_activity = v_now, expires_at = v_now + make_interval(secs => p_session_seconds)
     where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant) and s.is_active and s.expires_at > v_now
    returning * into v_session;
    if not found then
        return jsonb_build_object('outcome', 'inactive');
    end if;
    return jsonb_build_object('outcome', 'linked', 'session', hilo_session_json(v_session, p_messages));
end $$;

-- For the doctor: active sessions, those to which an agent outside has written, those in which it alone answers, and of
-- these the ones whose customer has waited for more than p_waiting_seconds while that agent said nothing to anybody.
create or replace function hilo_session_status(p_waiting_seconds double precision default 600) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with alive as (
        select s.version > 1 or exists (select 1 from whatsapp_messages x where x.session_id = s.id) as written,
               s.metadata -> 'hiloReplies' = 'false' as outside, m.sent_at as since, m.role,
               max(b.sent_at) over (partition by s.tenant_id) as last_answer
          from sessions s
          left join lateral (
                select x.role, x.sent_at from whatsapp_messages x
                 where s.metadata -> 'hiloReplies' = 'false'
                   and x.tenant_id = s.tenant_id and x.conversation_id = s.conversation_id
                 order by x.sent_at desc, x.seq desc limit 1) m on true
          left join lateral (
                select x.sent_at from whatsapp_messages x
                 where s.metadata -> 'hiloReplies' = 'false' and x.role = 'bot'
                   and x.tenant_id = s.tenant_id and x.conversation_id = s.conversation_id
                 order by x.sent_at desc, x.seq desc limit 1) b on true
         where s.is_active and s.expires_at > now()),
    waiting as (
        select a.since from alive a
         where a.role = 'user' and a.since < now() - make_interval(secs => p_waiting_seconds)
           and a.since > coalesce(a.last_answer, '-infinity'))
    select jsonb_build_object('active', count(*), 'written', count(*) filter (where a.written),
        'answered_outside', count(*) filter (where a.outside), 'waiting', (select count(*) from waiting),
        'oldest_waiting', (select min(w.since) from waiting w))
      from alive a;
end;
