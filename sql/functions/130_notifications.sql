-- Somebody is told: an outbox, filled from what is so, emptied by whoever claims it.

-- Note what is to be told to those tenants that want to hear of it, each state of each thing once. p_digests: the days
-- [{tenant, day}] whose digest is due. What is older than two days is not told any more.
create or replace function hilo_collect_notifications(p_digests jsonb default '[]') returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_count integer;
begin
    with wishes as (
        select t.id as tenant_id, x.target, coalesce(t.settings -> 'notify' -> 'off', '[]') as off,
               greatest((t.settings -> 'notify' ->> 'since')::timestamptz, now() - interval '2 days') as since
          from tenants t cross join (values ('webhook'), ('whatsapp'), ('email')) x(target)
         where t.settings -> 'notify' ->> x.target <> ''),
    things as (
        select e.tenant_id, 'event_proposed' as kind, e.id::text as subject, e.revision::bigint as revision,
               e.updated_at as at
          from extracted_events e
         where e.tenant_id in (select w.tenant_id from wishes w) and e.status = 'proposed' and e.decided_at is null
           and e.conversation_id not like 'sample:%'
        union all
        select c.tenant_id, 'conversation_parked', c.id::text, extract(epoch from p.at)::bigint, p.at
          from whatsapp_conversations c
          cross join lateral (select greatest(c.reply_parked_at, case when c.unprocessed_since is not null
                                                                      then c.batch_parked_at end) as at) p
         where c.tenant_id in (select w.tenant_id from wishes w)
           and (c.batch_parked_at is not null or c.reply_parked_at is not null)
           and c.conversation_id not like 'sample:%'
        union all
        select c.tenant_id, 'calendar_disconnected', c.tenant_id::text, extract(epoch from c.down_since)::bigint,
               c.down_since
          from calendar_connections c where c.down_since is not null
        union all
        select (d ->> 'tenant')::uuid, 'digest', d ->> 'day', 1, now() from jsonb_array_elements(p_digests) d)
    insert into notifications (tenant_id, kind, subject, revision, target)
    select w.tenant_id, t.kind, t.subject, t.revision, w.target
      from wishes w join things t on t.tenant_id = w.tenant_id and t.at >= w.since and not w.off ? t.kind
     order by t.at
    on conflict (tenant_id, kind, subject, revision, target) do nothing;
    get diagnostics v_count = row_count;
    delete from notifications n where n.created_at < now() - interval '90 days';
    return jsonb_build_object('noted', v_count);
end $$;

-- Something to try the ways with. p_id is made for this one call.
create or replace function hilo_note_test(p_tenant uuid, p_id uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into notifications (tenant_id, kind, subject, revision, target)
    select t.id, 'test', p_id::text, 1, x.target
      from tenants t cross join (values ('webhook'), ('whatsapp'), ('email')) x(target)
     where t.id = p_tenant and t.settings -> 'notify' ->> x.target <> ''
    on conflict (tenant_id, kind, subject, revision, target) do nothing;
    select coalesce(jsonb_agg(n.target order by n.target), '[]') from notifications n
     where n.tenant_id = p_tenant and n.kind = 'test' and n.subject = p_id::text;
end;

create or replace function hilo_notification_json(p_group uuid, p_providers jsonb) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('group', p_group, 'kind', n.kind, 'target', n.target, 'attempt', n.attempts,
        'resumed', n.attempts > 1, 'started_at', n.started_at, 'created_at', n.created_at, 'body', n.body,
        'token', n.token, 'tenant', hilo_tenant_json(t),
        'items', (select jsonb_agg(jsonb_build_object('id', i.id, 'subject', i.subject, 'revision', i.revision)
                                   order by i.created_at, i.id)
                    from notifications i where i.group_id = p_group and i.token = n.token),
        -- Where the owner wrote to us, else from whichever number this tenant has.
        'route', coalesce(
            (select jsonb_build_object('provider', c.provider, 'channel_address', c.channel_address,
                        'contact', c.conversation_id, 'thread', c.thread,
                        'since_inbound', extract(epoch from clock_timestamp() - c.last_inbound_at),
                        'opted_out', c.opted_out_at is not null)
               from whatsapp_conversations c
              where c.tenant_id = t.id and p_providers ? c.provider
                and (c.phone = t.settings -> 'notify' ->> 'whatsapp'
                     or c.conversation_id = 'whatsapp:' || (t.settings -> 'notify' ->> 'whatsapp'))
              order by c.last_inbound_at desc nulls last limit 1),
            (select jsonb_build_object('provider', c.provider, 'channel_address', c.address) from channels c
              where c.tenant_id = t.id and c.enabled and p_providers ? c.provider order by c.created_at, c.id limit 1),
            (select jsonb_build_object('provider', c.provider, 'channel_address', c.channel_address)
               from whatsapp_conversations c where c.tenant_id = t.id and p_providers ? c.provider
              order by coalesce(c.last_message_at, '-infinity') desc, c.id desc limit 1)))
      from notifications n join tenants t on t.id = n.tenant_id where n.id = p_group;
end;

-- Claim what is to be told next; null when nothing is due. To people all of a kind that wait go in one message: the
-- group, which stays the same when it is claimed again. p_token is made for this one call.
create or replace function hilo_claim_notification(
    p_token uuid, p_lease_seconds double precision default 60, p_providers jsonb default '[]'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_first notifications;
begin
    select n.* into v_first from notifications n
     where n.token = p_token and n.id = n.group_id and n.lease_until > v_now;
    if found then
        return hilo_notification_json(v_first.id, p_providers);
    end if;
    -- One claim at a time: two would each take a part of what goes in one message. They are rare and short.
    perform pg_advisory_xact_lock(hashtextextended('hilo notifications', 0));
    v_now := clock_timestamp();
    select n.* into v_first from notifications n
     where n.state in ('queued', 'sending') and n.next_at <= v_now and coalesce(n.lease_until, '-infinity') < v_now
       and coalesce(n.group_id, n.id) = n.id
     order by n.next_at, n.created_at, n.id limit 1 for no key update skip locked;
    if not found then
        return null;
    end if;
    if v_first.group_id is null then
        update notifications n set group_id = v_first.id
         where n.id = v_first.id
            or (v_first.target <> 'webhook' and n.id in (
                select x.id from notifications x
                 where x.tenant_id = v_first.tenant_id and x.kind = v_first.kind and x.target = v_first.target
                   and x.state = 'queued' and x.group_id is null and x.next_at <= v_now and x.id <> v_first.id
                 order by x.created_at, x.id limit 99 for no key update skip locked));
    end if;
    update notifications n
       set state = 'sending', token = p_token, lease_until = v_now + make_interval(secs => p_lease_seconds),
           attempts = n.attempts + 1, started_at = coalesce(n.started_at, v_now)
     where n.group_id = v_first.id and n.state in ('queued', 'sending');
    return hilo_notification_json(v_first.id, p_providers);
end $$;

-- The words that are about to be sent: after a crash the provider is asked for them, where it can be.
create or replace function hilo_begin_notification(p_group uuid, p_token uuid, p_body text) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with begun as (
        update notifications n set body = p_body where n.id = p_group and n.token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from begun) then 'begun' else 'lost' end);
end;

-- Told. p_dropped: rows of the group of which there was nothing to tell any more.
create or replace function hilo_complete_notification(
    p_group uuid, p_token uuid, p_message_sid text default null, p_dropped jsonb default '[]'
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    update notifications n
       set state = case when p_dropped ? n.id::text then 'dropped' else 'sent' end, sent_at = clock_timestamp(),
           message_sid = case when n.id = p_group then p_message_sid end, body = null, error = null,
           token = null, lease_until = null
     where n.group_id = p_group and n.token = p_token;
    select jsonb_build_object('outcome', case when exists (
        select 1 from notifications n where n.id = p_group and n.state in ('sent', 'dropped')) then 'sent' else 'lost' end);
end;

-- Not told: again after p_retry_seconds, or never (null). p_unclear: it may have arrived all the same, so its words are
-- kept to ask for.
create or replace function hilo_fail_notification(
    p_group uuid, p_token uuid, p_error text, p_retry_seconds double precision default null,
    p_unclear boolean default false
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with failed as (
        update notifications n
           set state = case when p_retry_seconds is null then 'failed' else 'queued' end, error = left(p_error, 500),
               body = case when p_retry_seconds is not null and p_unclear then n.body end, token = null, lease_until = null,
               next_at = clock_timestamp() + make_interval(secs => coalesce(p_retry_seconds, 0))
         where n.group_id = p_group and n.token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from failed) then 'failed' else 'lost' end);
end;

create or replace function hilo_list_notifications(p_tenant uuid, p_limit integer default 50) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(to_jsonb(n) - array['token', 'body', 'group_id', 'lease_until']
                              order by n.created_at desc, n.id), '[]') from (
        select x.* from notifications x where x.tenant_id = p_tenant
         order by x.created_at desc, x.id limit p_limit) n;
end;
