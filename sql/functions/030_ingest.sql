-- Messages come in, delivery reports come in.

-- The tenant of our address at a provider; null when there are channels and none is this one. With no channel at all
-- the tenant "default" takes everything.
create or replace function hilo_route(p_provider text, p_channel_address text) returns uuid
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
    v_tenant uuid;
begin
    select c.tenant_id into v_tenant from channels c
     where c.provider = p_provider and c.address = p_channel_address and c.enabled;
    if found or exists (select 1 from channels) then
        return v_tenant;
    end if;
    select t.id into v_tenant from tenants t where t.slug = 'default';
    if not found then
        raise exception 'there is no tenant yet' using errcode = 'HL001',
            hint = 'The server makes the tenant "default" when it starts; start it once, or add one with `hilo tenants add`.';
    end if;
    return v_tenant;
end $$;

-- The conversation of a contact that is known by several names; the contact's own name when there is none yet.
create or replace function hilo_find_contact(p_tenant uuid, p_provider text, p_contact text, p_aliases jsonb default '[]')
returns text
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(
        (select c.conversation_id from whatsapp_conversations c
          where c.tenant_id = p_tenant and c.conversation_id = p_contact),
        (select a.conversation_id from contact_aliases a
          where a.tenant_id = p_tenant and a.provider = p_provider and a.alias = p_contact),
        (select c.conversation_id from jsonb_array_elements_text(p_aliases) n(name)
           join whatsapp_conversations c on c.tenant_id = p_tenant and c.conversation_id = n.name
          where c.provider = p_provider limit 1),
        (select a.conversation_id from jsonb_array_elements_text(p_aliases) n(name)
           join contact_aliases a on a.tenant_id = p_tenant and a.provider = p_provider and a.alias = n.name limit 1),
        p_contact);
end;

-- What a contact says of being written to: `out` (no reminders, no templates), `in`, or null.
create or replace function hilo_consent(p_text text) returns text
language sql immutable security invoker set search_path = public, pg_temp
begin atomic
    select case when w.word in ('baja', 'stop', 'unsubscribe') then 'out'
                when w.word in ('alta', 'start', 'unstop') then 'in' end
      from (select lower(btrim(p_text, E' \t\r\n.,!¡"''*')) as word) w;
end;

-- What is kept of an erased message: enough to know it again, and nothing to find it by.
create or replace function hilo_erased_key(p_tenant uuid, p_provider text, p_message_sid text) returns text
language sql immutable security invoker set search_path = public, pg_temp
begin atomic
    select encode(sha256(convert_to(p_tenant::text || ' ' || p_provider || ' ' || p_message_sid, 'UTF8')), 'hex');
end;

-- Whether this outbound message is one that Hilo sent to the owner, also while the provider's answer is still to come.
create or replace function hilo_is_notification(p_tenant uuid, p_message_sid text, p_body text) returns boolean
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select exists (select 1 from notifications n where n.tenant_id = p_tenant and n.message_sid = p_message_sid)
        or exists (select 1 from notifications n
                    where n.tenant_id = p_tenant and n.state = 'sending' and n.target = 'whatsapp'
                      and btrim(regexp_replace(n.body, '\s+', ' ', 'g'))
                          = btrim(regexp_replace(p_body, '\s+', ' ', 'g')));
end;

-- What is not to be stored: a message that was erased and that the provider still has (in its list, or in a webhook that
-- it repeats), and the echo of what Hilo told the owner, which is no conversation.
create or replace function hilo_is_refused(
    p_tenant uuid, p_provider text, p_message_sid text, p_direction text, p_body text
) returns boolean
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select exists (select 1 from erased_messages x where x.key = hilo_erased_key(p_tenant, p_provider, p_message_sid))
        or (p_direction = 'outbound' and hilo_is_notification(p_tenant, p_message_sid, p_body));
end;

-- Store one message, once. Returns {outcome: stored|duplicate|unrouted, …}; safe to repeat.
-- The conversation's row is locked first, so that seq and commit order agree within a conversation and the batch
-- never steps over a message that was stored but not yet committed.
-- p_media_seconds: its files are to be turned into text (037_media.sql), and an answer waits so long for that; null: not.
create or replace function hilo_store_message(
    p_provider text,
    p_channel_address text,
    p_contact text,
    p_message_sid text,
    p_body text,
    p_direction text default 'inbound',
    p_role text default 'user',
    p_sent_at timestamptz default null,
    p_contact_name text default null,
    p_phone text default null,
    p_media jsonb default '[]',
    p_reply_to_sid text default null,
    p_raw jsonb default '{}',
    p_backfilled boolean default false,
    p_backfill_answer_seconds double precision default 600,
    p_quiet_seconds double precision default 2,
    p_max_wait_seconds double precision default 10,
    p_aliases jsonb default '[]',
    p_thread text default null,
    p_author text default null,
    p_answer boolean default true,
    p_pause_seconds double precision default null,
    p_session_seconds double precision default 86400,
    p_media_seconds double precision default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
-- What nearly every message goes through is four statements that name few columns: each costs the server 10 to 50 µs,
-- whatever it finds. What is rare looks closer, behind a condition.
declare
    v_now timestamptz := clock_timestamp();
    v_tenant uuid;
    v_slug text;
    v_settings jsonb;
    v_bot_id text;
    v_local_id text;
    v_contact text := p_contact;
    v_conversation uuid;
    v_phone text;
    v_paused_until timestamptz;
    v_answered_seq bigint;
    v_sent_at timestamptz;
    v_stored_at timestamptz;
    v_looked boolean := false;
    v_told whatsapp_messages;
    v_unchanged boolean := false;
    v_id uuid;
    v_seq bigint;
    v_replies boolean;
    v_answer boolean;
    v_due_at timestamptz;
begin
    -- The tenant, as hilo_route finds it, and the conversation of a contact that is known.
    select t.id, t.slug, t.settings, h.bot_id, h.local_id, c.id, c.phone, c.bot_paused_until, c.answered_seq
      into v_tenant, v_slug, v_settings, v_bot_id, v_local_id, v_conversation, v_phone, v_paused_until, v_answered_seq
      from tenants t
      join whatsapp_conversations c on c.tenant_id = t.id and c.conversation_id = p_contact
      left join channels h on h.provider = p_provider and h.address = p_channel_address and h.enabled
     where t.id = coalesce((select x.tenant_id from channels x
                             where x.provider = p_provider and x.address = p_channel_address and x.enabled),
                           (select d.id from tenants d
                             where d.slug = 'default' and not exists (select 1 from channels)))
       for no key update of c;
    if not found then
        v_tenant := hilo_route(p_provider, p_channel_address);
        select t.slug, t.settings, h.bot_id, h.local_id into v_slug, v_settings, v_bot_id, v_local_id
          from tenants t
          left join channels h on h.provider = p_provider and h.address = p_channel_address and h.enabled
         where t.id = v_tenant;
        if not found then
            insert into unrouted_messages (provider, address, message_sid, arguments)
            values (p_provider, p_channel_address, p_message_sid, jsonb_build_object(
                'p_provider', p_provider, 'p_channel_address', p_channel_address, 'p_contact', p_contact,
                'p_message_sid', p_message_sid, 'p_body', p_body, 'p_direction', p_direction, 'p_role', p_role,
                'p_sent_at', coalesce(p_sent_at, v_now), 'p_contact_name', p_contact_name, 'p_phone', p_phone,
                'p_media', p_media, 'p_reply_to_sid', p_reply_to_sid, 'p_raw', p_raw, 'p_aliases', p_aliases,
                'p_thread', p_thread, 'p_author', p_author, 'p_answer', p_answer, 'p_media_seconds', p_media_seconds))
            on conflict (provider, address, message_sid) do nothing;
            return jsonb_build_object('outcome', 'unrouted');
        end if;
    end if;

    -- A provider's clock may be wrong: a time in the future, or before WhatsApp existed, is not believed.
    v_sent_at := case when p_sent_at > v_now + interval '2 minutes' or p_sent_at < '2009-01-01' or p_sent_at is null
                      then v_now else p_sent_at end;

    if v_conversation is null then
        -- Erased, or stored before under another contact: no conversation is made for it.
        if hilo_is_refused(v_tenant, p_provider, p_message_sid, p_direction, p_body) then
            return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant);
        end if;
        -- First messages under two names at the same moment are one conversation's: who shares a name waits here.
        perform pg_advisory_xact_lock(name.key)
           from (select distinct hashtextextended(v_tenant || ' ' || p_provider || ' ' || n.name, 1) as key
                   from (select jsonb_array_elements_text(p_aliases) union select p_contact) n(name) order by 1) name;
        v_contact := hilo_find_contact(v_tenant, p_provider, p_contact, p_aliases);
        select c.id, c.phone, c.bot_paused_until, c.answered_seq
          into v_conversation, v_phone, v_paused_until, v_answered_seq
          from whatsapp_conversations c
         where c.tenant_id = v_tenant and c.conversation_id = v_contact for no key update;
        if not found then
            select m.id, m.seq into v_id, v_seq from whatsapp_messages m
             where m.tenant_id = v_tenant and m.provider = p_provider and m.message_sid = p_message_sid;
            if found then
                return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant, 'message_id', v_id, 'seq', v_seq);
            end if;
            insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, contact_name, phone)
            values (v_tenant, v_contact, p_provider, p_channel_address, p_contact_name, p_phone)
            on conflict (tenant_id, conversation_id) do update set updated_at = now()
            returning id, phone, bot_paused_until, answered_seq
                 into v_conversation, v_phone, v_paused_until, v_answered_seq;
        end if;
    end if;

    -- Most providers give whole seconds. Within one, what we stored first came first: a quick reply does not sort before
    -- the answer that it replies to.
    v_stored_at := v_sent_at;
    if v_sent_at = date_trunc('second', v_sent_at) then
        select greatest(v_sent_at, max(m.sent_at) + interval '1 microsecond') into v_stored_at from whatsapp_messages m
         where m.tenant_id = v_tenant and m.conversation_id = v_contact
           and m.sent_at > v_sent_at and m.sent_at < v_sent_at + interval '1 second';
    end if;

    loop
        -- Stored at once, unless there may be more to it: then it is looked at below, and comes back here if it is new.
        if v_looked or (p_direction = 'inbound' and not p_backfilled) then
            insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, direction, role, author,
                from_number, to_number, body, sent_at, received_at, media, media_state, reply_to_sid, thread, raw,
                backfilled, created_at)
            select v_tenant, v_contact, p_provider, p_message_sid, p_direction, p_role,
                coalesce(p_author, case when p_role = 'bot' then 'phone' end),
                case when p_direction = 'inbound' then p_contact else p_channel_address end,
                case when p_direction = 'inbound' then p_channel_address else p_contact end,
                p_body, v_stored_at, v_now, p_media, case when p_media_seconds is not null then 'waiting' end,
                p_reply_to_sid, p_thread, p_raw, p_backfilled, v_now
             where (v_looked or not (exists (select 1 from erased_messages x where x.tenant_id = v_tenant)
                                     -- An agent outside told us of a message, under no id.
                                     or exists (select 1 from whatsapp_messages m
                                                 where m.tenant_id = v_tenant and m.conversation_id = v_contact
                                                   and m.sent_at >= v_sent_at - interval '10 minutes'
                                                   and m.sent_at <= v_sent_at + interval '10 minutes'
                                                   and m.author = 'api' and m.message_sid is null)))
               -- For the trigger: what it would do is done below.
               and set_config('hilo.counted', p_message_sid, true) is not null
            on conflict (tenant_id, provider, message_sid) do nothing
            returning id, seq into v_id, v_seq;
            exit when found;
            if v_looked then
                -- The same id under another contact, committed this very moment.
                return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant);
            end if;
        end if;

        if hilo_is_refused(v_tenant, p_provider, p_message_sid, p_direction, p_body) then
            return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant);
        end if;
        select m.* into v_told from whatsapp_messages m
         where m.tenant_id = v_tenant and m.provider = p_provider and m.message_sid = p_message_sid;
        if found then
            v_id := v_told.id;
            v_seq := v_told.seq;
        else
            select m.* into v_told from whatsapp_messages m
             where m.tenant_id = v_tenant and m.conversation_id = v_contact and m.author = 'api'
               and m.sent_at between v_sent_at - interval '10 minutes' and v_sent_at + interval '10 minutes'
               and m.message_sid is null and m.role = p_role
               and btrim(regexp_replace(m.body, '\s+', ' ', 'g')) = btrim(regexp_replace(p_body, '\s+', ' ', 'g'))
             order by m.sent_at, m.seq limit 1;
        end if;
        -- Whether an agent outside has told us of it before its webhook came, under the provider's id or under none.
        if not coalesce(v_told.conversation_id = v_contact and v_told.direction = p_direction and v_told.author = 'api'
                        and v_told.session_id is not null and v_told.raw = '{}', false) then
            v_told := null;
        end if;
        if v_id is not null and v_told.id is null then
            if not p_backfilled then
                -- The comparison with the provider's list was faster than the webhook, which knows more: the sender's name,
                -- places, buttons. What reads otherwise now is read again.
                update whatsapp_messages m
                   set backfilled = false, raw = p_raw, media = p_media,
                       -- What was read out of its files stays.
                       body = case when m.media_state = 'read' then m.body else p_body end,
                       reply_to_sid = coalesce(p_reply_to_sid, m.reply_to_sid),
                       processed = m.processed and (m.body = p_body or m.media_state = 'read')
                 where m.id = v_id and m.backfilled and m.direction = p_direction;
                if found then
                    update whatsapp_conversations c
                       set contact_name = coalesce(nullif(p_contact_name, ''), c.contact_name),
                           phone = coalesce(p_phone, c.phone)
                     where c.id = v_conversation;
                end if;
            end if;
            return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant, 'conversation', v_conversation,
                'message_id', v_id, 'seq', v_seq);
        end if;

        -- The provider lists what an imported chat holds already: from now on that row is the provider's. Its text and time
        -- stay, and the import knows it again by 'hilo:export'.
        if p_backfilled then
            update whatsapp_messages m
               set provider = p_provider, message_sid = p_message_sid, thread = p_thread, reply_to_sid = p_reply_to_sid,
                   media = case when p_media = '[]' then m.media else p_media end,
                   raw = p_raw || m.raw || jsonb_build_object('hilo:export', m.message_sid)
             where m.id = (select x.id from whatsapp_messages x
                            where x.tenant_id = v_tenant and x.conversation_id = v_contact and x.provider = 'export'
                              and x.direction = p_direction
                              and x.sent_at >= date_trunc('minute', v_sent_at) - interval '1 minute'
                              and x.sent_at < date_trunc('minute', v_sent_at) + interval '2 minutes'
                              and (hilo_import_key(x.body) = hilo_import_key(p_body)
                                   or (x.raw ->> 'kind' = 'media' and p_media <> '[]'))
                            order by date_trunc('minute', x.sent_at) <> date_trunc('minute', v_sent_at), x.sent_at, x.seq
                            limit 1)
            returning m.id, m.seq into v_id, v_seq;
            if found then
                return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant,
                    'conversation', v_conversation, 'message_id', v_id, 'seq', v_seq);
            end if;
        end if;
        -- Our own message comes back as an echo before the provider's answer to us has told its id.
        if p_direction = 'outbound' and v_told.id is null then
            update whatsapp_messages m
               set message_sid = p_message_sid, delivery_status = 'sent', send_token = null, send_lease_until = null
             where m.id = (select x.id from whatsapp_messages x
                            where x.tenant_id = v_tenant and x.conversation_id = v_contact and x.direction = 'outbound'
                              -- queued after an attempt: the answer to us was lost, the message was not
                              and (x.delivery_status = 'sending' or (x.delivery_status = 'queued' and x.send_attempts > 0))
                              and x.message_sid is null
                              and btrim(regexp_replace(x.body, '\s+', ' ', 'g'))
                                  = btrim(regexp_replace(p_body, '\s+', ' ', 'g'))
                            order by x.seq limit 1)
            returning m.id, m.seq into v_id, v_seq;
            if found then
                return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant,
                    'conversation', v_conversation, 'message_id', v_id, 'seq', v_seq);
            end if;
        end if;
        if v_told.id is not null then
            v_unchanged := coalesce(v_told.processed and v_told.body = p_body and v_told.media = p_media, false);
            -- The provider's time is the better one, as far as the order of what is stored stays.
            select least(v_told.sent_at, greatest(v_sent_at, max(m.sent_at) + interval '1 microsecond')) into v_stored_at
              from whatsapp_messages m
             where m.tenant_id = v_tenant and m.conversation_id = v_contact
               and (m.sent_at, m.seq) < (v_told.sent_at, v_told.seq);
            exit;
        end if;
        v_looked := true;
    end loop;
    v_sent_at := v_stored_at;

    -- Whoever writes has a session, so that an agent outside finds the tenant by the phone alone. What is old when it
    -- comes (a backfill) opens none.
    if v_sent_at > v_now - make_interval(secs => p_session_seconds) then
        -- As hilo_touch_session does it, without the call.
        update sessions s
           set last_activity = v_now, expires_at = v_now + make_interval(secs => p_session_seconds),
               local_id = coalesce(v_local_id, s.local_id), updated_at = now()
         where s.tenant_id = v_tenant and s.conversation_id = v_contact
           and s.bot_id = coalesce(v_bot_id, v_slug) and s.is_active and s.expires_at > v_now
        returning s.metadata -> 'hiloReplies' is distinct from 'false'::jsonb into v_replies;
        if not found then
            v_replies := hilo_touch_session(v_tenant, v_contact,
                coalesce(p_phone, v_phone,
                         substring(v_contact from '^(?:whatsapp:)?(\+?[1-9][0-9]{6,14})$'), ''),
                coalesce(v_bot_id, v_slug), v_local_id, p_session_seconds,
                p_direction = 'inbound') -> 'replies';
        end if;
    end if;
    v_answer := p_direction = 'inbound' and p_role = 'user' and p_answer
        and coalesce((v_settings ->> 'agent_enabled')::boolean, true)
        and coalesce(v_replies, true)
        and coalesce(v_paused_until, '-infinity') <= v_now
        -- What was told of may be answered already, by the agent that told us or by ours.
        and coalesce(v_told.seq > v_answered_seq, true)
        and (not p_backfilled or v_sent_at > v_now - make_interval(secs => p_backfill_answer_seconds));

    update whatsapp_conversations c
       set last_message_at = greatest(c.last_message_at, v_sent_at),
           last_inbound_at = case when p_direction = 'inbound' then greatest(c.last_inbound_at, v_sent_at)
                                  else c.last_inbound_at end,
           thread = case when c.provider = p_provider then coalesce(p_thread, c.thread) else p_thread end,
           provider = p_provider,
           channel_address = p_channel_address,
           contact_name = coalesce(nullif(p_contact_name, ''), c.contact_name),
           phone = coalesce(p_phone, c.phone),
           unprocessed_since = case when v_unchanged then c.unprocessed_since
                                    else coalesce(c.unprocessed_since, v_told.created_at, v_now) end,
           reply_waiting_since = case when v_answer then coalesce(c.reply_waiting_since, v_now)
                                      else c.reply_waiting_since end,
           reply_due_at = case when v_answer then least(
                                   v_now + make_interval(secs => p_quiet_seconds),
                                   coalesce(c.reply_waiting_since, v_now) + make_interval(secs => p_max_wait_seconds))
                               else c.reply_due_at end,
           reply_attempts = case when v_answer then 0 else c.reply_attempts end,
           reply_error = case when v_answer then null else c.reply_error end,
           reply_parked_at = case when v_answer then null else c.reply_parked_at end,
           opted_out_at = case when p_direction <> 'inbound' or p_role <> 'user' then c.opted_out_at
                               else case hilo_consent(p_body) when 'out' then v_now when 'in' then null
                                                              else c.opted_out_at end end,
           reply_media_until = case when p_direction = 'inbound' and p_media_seconds > 0
                                    then v_now + make_interval(secs => p_media_seconds)
                                    else c.reply_media_until end,
           -- A new message gives a parked conversation one more try; the attempts made still count.
           batch_next_at = null,
           batch_parked_at = null,
           updated_at = now()
     where c.id = v_conversation
    returning c.reply_due_at into v_due_at;

    if p_contact <> v_contact or p_aliases <> '[]' then
        insert into contact_aliases (tenant_id, provider, alias, conversation_id)
        select v_tenant, p_provider, n.name, v_contact
          from (select jsonb_array_elements_text(p_aliases) union select p_contact) n(name)
         where n.name <> v_contact
           and not exists (select 1 from whatsapp_conversations c
                            where c.tenant_id = v_tenant and c.conversation_id = n.name)
        on conflict (tenant_id, provider, alias) do nothing;
    end if;

    -- The webhook knows more than the agent that told us of it.
    if v_told.id is not null then
        update whatsapp_messages m
           set message_sid = p_message_sid, provider = p_provider, body = p_body, sent_at = v_sent_at, media = p_media,
               raw = p_raw, reply_to_sid = p_reply_to_sid, thread = p_thread, backfilled = p_backfilled,
               author = case when p_role = 'bot' then m.author end, processed = v_unchanged,
               from_number = case when p_direction = 'inbound' then p_contact else p_channel_address end,
               to_number = case when p_direction = 'inbound' then p_channel_address else p_contact end
         where m.id = v_told.id;
        return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant, 'conversation', v_conversation,
            'message_id', v_told.id, 'seq', v_told.seq, 'reply_due', v_answer);
    end if;

    -- A person answered from the phone: nothing of the agent's shall follow what they have seen. An old echo that is
    -- added late has not seen what the customer wrote after it.
    if p_direction = 'outbound' and not exists (
            select 1 from whatsapp_messages m
             where m.tenant_id = v_tenant and m.conversation_id = v_contact and m.role = 'user'
               and m.direction = 'inbound' and m.seq > v_answered_seq and m.sent_at > v_sent_at) then
        update whatsapp_conversations c
           set answered_seq = v_seq, reply_due_at = null, reply_waiting_since = null, reply_token = null,
               reply_lease_until = null, reply_attempts = 0, reply_error = null, reply_parked_at = null
         where c.id = v_conversation;
    end if;
    -- A person has the conversation: the agent stays out of it for a while.
    if p_pause_seconds > 0 then
        update whatsapp_conversations c
           set bot_paused_until = greatest(c.bot_paused_until, v_sent_at + make_interval(secs => p_pause_seconds))
         where c.id = v_conversation;
    end if;

    return jsonb_build_object('outcome', 'stored', 'tenant_id', v_tenant, 'conversation', v_conversation,
        'message_id', v_id, 'seq', v_seq, 'reply_due', v_answer,
        'reply_in', case when v_answer then extract(epoch from v_due_at - v_now) else 0 end);
end $$;

-- Store what was kept for a channel that has a tenant now. At most p_limit at a time; returns how many went and how
-- many are left. Contact by contact, so that two replays at once lock the conversations in the same order.
create or replace function hilo_replay_unrouted(p_limit integer default 500) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_row unrouted_messages;
    v_stored jsonb;
    v_count integer := 0;
begin
    for v_row in
        select u.* from unrouted_messages u
          join channels c on c.provider = u.provider and c.address = u.address and c.enabled
         order by u.arguments ->> 'p_contact', u.received_at limit p_limit for update of u skip locked
    loop
        select hilo_store_message(
            p_provider => a ->> 'p_provider', p_channel_address => a ->> 'p_channel_address',
            p_contact => a ->> 'p_contact', p_message_sid => a ->> 'p_message_sid', p_body => a ->> 'p_body',
            p_direction => a ->> 'p_direction', p_role => a ->> 'p_role',
            p_sent_at => (a ->> 'p_sent_at')::timestamptz, p_contact_name => a ->> 'p_contact_name',
            p_phone => a ->> 'p_phone', p_media => a -> 'p_media', p_reply_to_sid => a ->> 'p_reply_to_sid',
            p_raw => a -> 'p_raw', p_backfilled => true, p_aliases => coalesce(a -> 'p_aliases', '[]'),
            p_thread => a ->> 'p_thread', p_author => a ->> 'p_author',
            p_answer => coalesce((a ->> 'p_answer')::boolean, true),
            p_media_seconds => (a ->> 'p_media_seconds')::double precision)
          into v_stored from (select v_row.arguments as a) args;
        -- The channel may have been switched off since the rows were chosen.
        continue when v_stored ->> 'outcome' = 'unrouted';
        delete from unrouted_messages u where u.id = v_row.id;
        v_count := v_count + 1;
    end loop;
    return jsonb_build_object('replayed', v_count, 'left', (select count(*) from unrouted_messages));
end $$;

create or replace function hilo_list_unrouted() returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(u), '[]') from (
        select provider, address, count(*) as messages, min(received_at) as first_at, max(received_at) as last_at
          from unrouted_messages group by provider, address order by max(received_at) desc limit 100) u;
end;

create or replace function hilo_delivery_rank(p_status text) returns integer
language sql immutable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(array_position(
        array['held', 'queued', 'sending', 'sent', 'undelivered', 'failed', 'delivered', 'read'], p_status), 0);
end;

-- Held by whoever files a report for an id that is not known yet, and by whoever makes the id known: else the two
-- could pass each other unseen, and the report would wait for ever.
create or replace function hilo_lock_sid(p_provider text, p_message_sid text) returns void
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    select pg_advisory_xact_lock(hashtextextended(p_provider || ' ' || p_message_sid, 0));
end;

-- The provider took a text and says now that it came after the window: as a template then, or not at all (once: what it
-- refuses again has failed). Nothing for messages that others sent.
create or replace function hilo_send_as_template(p_message uuid, p_error text) returns boolean
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with again as (
        update whatsapp_messages m
           set send_refused_sid = m.message_sid, message_sid = null, delivery_status = 'queued', delivery_error = p_error,
               send_token = null, send_lease_until = null, send_started_at = null, send_next_at = null,
               send_attempts = 0
         where m.id = p_message and m.direction = 'outbound' and m.send_started_at is not null
           and m.send_refused_sid is null
        returning 1)
    select exists (select 1 from again);
end;

drop function if exists hilo_update_delivery(text, text, text, text);
-- A delivery report. Reports come unordered: a lower rank never replaces a higher one. It is about what was sent from
-- p_channel_address, or by the tenant of that address; where the report does not say from where, only an id that no two
-- tenants have is believed.
-- p_outside_window: it failed because the customer had not written for too long.
-- {outcome: updated|stale|requeued|unknown}
create or replace function hilo_update_delivery(
    p_provider text, p_message_sid text, p_status text, p_error text default null,
    p_channel_address text default null, p_outside_window boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_message whatsapp_messages;
begin
    for v_try in 1..2 loop
        if v_try = 2 then
            perform hilo_lock_sid(p_provider, p_message_sid);
        end if;
        select m.* into v_message from whatsapp_messages m
         where m.provider = p_provider and m.message_sid = p_message_sid and m.direction = 'outbound'
           and case when p_channel_address is not null
                    then m.from_number = p_channel_address or m.tenant_id = hilo_route(p_provider, p_channel_address)
                    else not exists (select 1 from whatsapp_messages o
                                      where o.provider = p_provider and o.message_sid = p_message_sid
                                        and o.direction = 'outbound' and o.tenant_id <> m.tenant_id) end
         order by m.seq limit 1 for no key update;
        exit when found;
    end loop;
    if v_message.id is null then
        -- What the owner was told: Twilio refuses some of it only now.
        update notifications n set state = 'failed', error = left(coalesce(p_error, p_status), 500)
         where n.message_sid = p_message_sid and n.state = 'sent' and p_status in ('failed', 'undelivered');
        if found then
            return jsonb_build_object('outcome', 'updated');
        end if;
        -- Said before, and on its way as a template under another id.
        if exists (select 1 from whatsapp_messages m
                    where m.provider = p_provider and m.send_refused_sid = p_message_sid) then
            return jsonb_build_object('outcome', 'stale');
        end if;
        -- Locked rows are another report's to delete: two of these must not wait for each other.
        delete from early_reports r
         where (r.provider, r.message_sid, r.channel_address) in (
               select o.provider, o.message_sid, o.channel_address from early_reports o
                where o.received_at < now() - interval '2 days'
                order by o.received_at limit 20 for update skip locked);
        insert into early_reports as r (provider, message_sid, channel_address, status, error, outside_window)
        values (p_provider, p_message_sid, coalesce(p_channel_address, ''), p_status, p_error, p_outside_window)
        on conflict (provider, message_sid, channel_address) do update
            set status = excluded.status, error = coalesce(excluded.error, r.error),
                outside_window = excluded.outside_window
            where hilo_delivery_rank(r.status) < hilo_delivery_rank(excluded.status);
        return jsonb_build_object('outcome', 'unknown');
    end if;
    if hilo_delivery_rank(p_status) <= hilo_delivery_rank(v_message.delivery_status) then
        return jsonb_build_object('outcome', 'stale', 'message_id', v_message.id);
    end if;
    if p_outside_window and hilo_send_as_template(v_message.id, left(p_error, 500)) then
        return jsonb_build_object('outcome', 'requeued', 'message_id', v_message.id);
    end if;
    update whatsapp_messages m
       set delivery_status = p_status,
           -- What arrived after all has no error any more.
           delivery_error = case when p_status not in ('delivered', 'read') then coalesce(p_error, m.delivery_error) end
     where m.id = v_message.id;
    return jsonb_build_object('outcome', 'updated', 'message_id', v_message.id);
end $$;

-- Which of these provider ids are stored (or kept raw) already; for the comparison with the provider's own list. With
-- p_channel_address only what the tenant of that address has: ids need not be unique between tenants.
create or replace function hilo_known_sids(p_provider text, p_sids jsonb, p_channel_address text default null)
returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(s.sid), '[]')
      from jsonb_array_elements_text(p_sids) s(sid)
     where exists (select 1 from tenants t join whatsapp_messages m
                     on m.tenant_id = t.id and m.provider = p_provider and m.message_sid = s.sid
                    where p_channel_address is null
                       or t.id = (select c.tenant_id from channels c
                                   where c.provider = p_provider and c.address = p_channel_address)
                       or (t.slug = 'default' and not exists (select 1 from channels)))
        or exists (select 1 from tenants t join erased_messages x
                     on x.key = hilo_erased_key(t.id, p_provider, s.sid)
                    where p_channel_address is null
                       or t.id = (select c.tenant_id from channels c
                                   where c.provider = p_provider and c.address = p_channel_address)
                       or (t.slug = 'default' and not exists (select 1 from channels)))
        or exists (select 1 from whatsapp_messages m
                    where m.provider = p_provider and m.send_refused_sid = s.sid
                      and (p_channel_address is null or m.from_number = p_channel_address))
        or exists (select 1 from unrouted_messages u
                    where u.provider = p_provider and u.message_sid = s.sid
                      and (p_channel_address is null or u.address = p_channel_address));
end;
