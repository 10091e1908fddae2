-- Messages of an exported chat come in, many of one conversation in one call.

-- What two copies of a message are compared by: its text without invisible marks, spaces as one.
create or replace function hilo_import_key(p_text text) returns text
language sql immutable security invoker set search_path = public, pg_temp
begin atomic
    select btrim(regexp_replace(
        regexp_replace(p_text, '[\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]', '', 'g'),
        '[\s\u00a0\u202f]+', ' ', 'g'));
end;

-- Store lines of an export as messages of one contact. p_lines: [{sid, body, direction, at, to_minute, media, raw}] in
-- the order of the file; of a long export the last lines come in the first call. p_provider and p_channel_address are
-- for a conversation that is new. Returns {stored, known, recognised, shifted, conversation}; safe to repeat.
--   known: imported before (shifted: with another time). recognised: came by webhook or was sent by Hilo; such a message
--   is remembered in raw ->> 'hilo:export', so that of two equal lines the second finds its own.
-- Nothing of this waits for an answer. seq is below all that was received, so never above answered_seq; a batch that
-- reads the conversation meanwhile sees by the number of messages that it has to read again.
create or replace function hilo_import_messages(
    p_tenant uuid,
    p_contact text,
    p_provider text,
    p_channel_address text,
    p_lines jsonb,
    p_contact_name text default null,
    p_phone text default null,
    p_dry_run boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_conversation whatsapp_conversations;
    v_line jsonb;
    v_key text;
    v_at timestamptz;
    v_before timestamptz;
    v_before_is_old boolean;
    v_known_at jsonb;
    v_ids uuid[];
    v_times timestamptz[];
    v_keys text[];
    v_directions text[];
    v_with_media boolean[];
    v_sids text[];
    v_n bigint;
    v_new jsonb[] := '{}';
    v_known integer := 0;
    v_recognised integer := 0;
    v_shifted integer := 0;
    v_base bigint;
begin
    perform 1 from tenants t where t.id = p_tenant;
    if not found then
        raise exception 'there is no such tenant' using errcode = 'HL404';
    end if;
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = p_tenant and c.conversation_id = p_contact for no key update;
    if not found and not p_dry_run then
        insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, contact_name, phone)
        values (p_tenant, p_contact, p_provider, p_channel_address, nullif(p_contact_name, ''), p_phone)
        on conflict (tenant_id, conversation_id) do update set updated_at = now()
        returning * into v_conversation;
    end if;

    -- All that may be found, looked up once: 5,000 look-ups, one by one, took 20 seconds.
    select coalesce(jsonb_object_agg(m.message_sid, m.sent_at), '{}') into v_known_at from whatsapp_messages m
     where m.tenant_id = p_tenant and m.provider = 'export'
       and m.message_sid in (select l ->> 'sid' from jsonb_array_elements(p_lines) l);
    select array_agg(m.id), array_agg(m.sent_at), array_agg(hilo_import_key(m.body)), array_agg(m.direction),
           array_agg(m.media <> '[]'), array_agg(m.raw ->> 'hilo:export')
      into v_ids, v_times, v_keys, v_directions, v_with_media, v_sids
      from (select x.* from whatsapp_messages x
             where x.tenant_id = p_tenant and x.conversation_id = p_contact and x.provider <> 'export'
               and x.sent_at between
                   (select min((l ->> 'at')::timestamptz) from jsonb_array_elements(p_lines) l) - interval '2 minutes'
                   and (select max((l ->> 'at')::timestamptz) from jsonb_array_elements(p_lines) l)
                       + interval '2 minutes'
             order by x.sent_at, x.seq) m;

    for v_line in select l.value from jsonb_array_elements(p_lines) with ordinality l order by l.ordinality loop
        v_at := (v_line ->> 'at')::timestamptz;
        if v_known_at ? (v_line ->> 'sid') then
            v_before := (v_known_at ->> (v_line ->> 'sid'))::timestamptz;
            v_before_is_old := true;
            v_known := v_known + 1;
            v_shifted := v_shifted + (abs(extract(epoch from v_before - v_at)) >= 60)::integer;
            continue;
        end if;
        if v_ids is not null then
            -- A webhook's message has the server's clock, the export the phone's: a minute more or less is the same.
            v_key := hilo_import_key(v_line ->> 'body');
            select m.n into v_n
              from unnest(v_times, v_keys, v_directions, v_with_media, v_sids) with ordinality
                   m (at, key, direction, with_media, sid, n)
             where m.at >= date_trunc('minute', v_at) - interval '1 minute'
               and m.at < date_trunc('minute', v_at) + interval '2 minutes'
               and m.direction = v_line ->> 'direction'
               and coalesce(m.sid, v_line ->> 'sid') = v_line ->> 'sid'
               and (m.key = v_key or (v_line -> 'raw' ->> 'kind' = 'media' and m.with_media))
             order by m.sid is null, date_trunc('minute', m.at) <> date_trunc('minute', v_at), m.n limit 1;
            if found then
                v_before := v_times[v_n];
                v_before_is_old := true;
                v_recognised := v_recognised + 1;
                if v_sids[v_n] is null and not p_dry_run then
                    update whatsapp_messages m
                       set raw = m.raw || jsonb_build_object('hilo:export', v_line ->> 'sid')
                     where m.id = v_ids[v_n];
                end if;
                v_sids[v_n] := v_line ->> 'sid';
                continue;
            end if;
        end if;
        -- An export without seconds: after what was said before it in the same minute. What was stored before this
        -- import has a higher seq, so a moment later than that.
        if (v_line ->> 'to_minute')::boolean and date_trunc('minute', v_before) = v_at then
            v_at := v_before + case when v_before_is_old then interval '1 microsecond' else interval '0' end;
        end if;
        v_before := v_at;
        v_before_is_old := false;
        v_new := v_new || jsonb_set(v_line, '{at}', to_jsonb(v_at));
    end loop;

    if not p_dry_run and cardinality(v_new) > 0 then
        update whatsapp_conversations c
           set last_message_at = greatest(c.last_message_at, n.newest),
               last_inbound_at = greatest(c.last_inbound_at, n.newest_inbound),
               contact_name = coalesce(c.contact_name, nullif(p_contact_name, '')),
               phone = coalesce(c.phone, p_phone),
               unprocessed_since = coalesce(c.unprocessed_since, v_now),
               batch_next_at = null,
               batch_parked_at = null
          from (select max((l ->> 'at')::timestamptz) as newest,
                       max((l ->> 'at')::timestamptz) filter (where l ->> 'direction' = 'inbound') as newest_inbound
                  from unnest(v_new) l) n
         where c.id = v_conversation.id;
        select least(min(m.seq), 0) - cardinality(v_new) into v_base from whatsapp_messages m
         where m.tenant_id = p_tenant and m.conversation_id = p_contact;
        insert into whatsapp_messages (seq, tenant_id, conversation_id, provider, message_sid, direction, role, author,
            from_number, to_number, body, sent_at, received_at, media, raw, backfilled, created_at)
        overriding system value
        select v_base + l.n - 1, p_tenant, p_contact, 'export', l.line ->> 'sid', l.line ->> 'direction',
               case l.line ->> 'direction' when 'inbound' then 'user' else 'bot' end,
               case l.line ->> 'direction' when 'outbound' then 'phone' end,
               case l.line ->> 'direction' when 'inbound' then p_contact else v_conversation.channel_address end,
               case l.line ->> 'direction' when 'inbound' then v_conversation.channel_address else p_contact end,
               l.line ->> 'body', (l.line ->> 'at')::timestamptz, v_now, coalesce(l.line -> 'media', '[]'),
               coalesce(l.line -> 'raw', '{}'), true, v_now
          from unnest(v_new) with ordinality l (line, n)
         order by l.n
        on conflict (tenant_id, provider, message_sid) do nothing;
    end if;
    return jsonb_build_object('stored', cardinality(v_new), 'known', v_known, 'recognised', v_recognised,
        'shifted', v_shifted, 'conversation', v_conversation.id);
end $$;
