-- Channels over which a calendar says that it has changed.

-- What is to be stopped: replaced channels that may still be alive. The answer to a watch may have been lost with its
-- process; the resource is the same for all channels of a calendar.
create or replace function hilo_replaced_channels(p_tenant uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'resource', coalesce(c.resource, o.resource))), '[]')
      from calendar_channels c
      left join lateral (select x.resource from calendar_channels x
            where x.tenant_id = c.tenant_id and x.calendar = c.calendar and x.resource is not null limit 1) o on true
     where c.tenant_id = p_tenant and c.replaced_at is not null and coalesce(c.resource, o.resource) is not null;
end;

-- Claim the making of a tenant's next channel, p_channel: {claimed, stop: [{id, resource}]}. Not claimed while there is a
-- good one, or while another process makes one. p_address null: there shall be none. It is written down before the
-- calendar is asked, so that a channel whose answer was lost is known and can be stopped.
create or replace function hilo_claim_calendar_channel(
    p_tenant uuid, p_channel uuid, p_calendar text, p_address text, p_token_hash text,
    p_renew_seconds double precision, p_lease_seconds double precision
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_claimed boolean;
begin
    insert into calendar_connections (tenant_id) values (p_tenant) on conflict (tenant_id) do nothing;
    perform 1 from calendar_connections c where c.tenant_id = p_tenant for no key update;
    delete from calendar_channels c
     where c.tenant_id = p_tenant and coalesce(c.expires_at, c.created_at + interval '8 days') < v_now;
    update calendar_channels c set replaced_at = v_now
     where c.tenant_id = p_tenant and c.replaced_at is null
       and (p_address is null or (c.resource is null and c.created_at < v_now - make_interval(secs => p_lease_seconds)));
    if p_address is not null
        and not exists (select 1 from calendar_channels c
             where c.tenant_id = p_tenant and c.replaced_at is null and (c.resource is null
               or (c.calendar = p_calendar and c.address = p_address and c.expires_at > v_now
                   + least(make_interval(secs => p_renew_seconds), (c.expires_at - c.created_at) / 2))))
    then
        insert into calendar_channels (id, tenant_id, calendar, address, token_hash, created_at)
        values (p_channel, p_tenant, p_calendar, p_address, p_token_hash, v_now);
    end if;
    -- Also when it is asked again because the answer was lost.
    v_claimed := exists (select 1 from calendar_channels c
         where c.id = p_channel and c.replaced_at is null and c.resource is null);
    return jsonb_build_object('claimed', v_claimed, 'stop', hilo_replaced_channels(p_tenant));
end $$;

-- The channel is there: it replaces all others. One that took so long that another was made is to be stopped itself.
create or replace function hilo_complete_calendar_channel(
    p_tenant uuid, p_channel uuid, p_resource text, p_expires_at timestamptz
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_channel calendar_channels;
begin
    perform 1 from calendar_connections c where c.tenant_id = p_tenant for no key update;
    update calendar_channels c set resource = p_resource, expires_at = p_expires_at
     where c.id = p_channel and c.tenant_id = p_tenant returning * into v_channel;
    if v_channel.id is not null and v_channel.replaced_at is null then
        update calendar_channels c set replaced_at = clock_timestamp()
         where c.tenant_id = p_tenant and c.id <> p_channel and c.replaced_at is null;
    end if;
    return jsonb_build_object('stop', hilo_replaced_channels(p_tenant));
end $$;

-- It was not made, or is no more.
create or replace function hilo_forget_calendar_channel(p_tenant uuid, p_channel uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with gone as (delete from calendar_channels c where c.id = p_channel and c.tenant_id = p_tenant returning 1)
    select jsonb_build_object('forgotten', exists (select 1 from gone));
end;

-- Whose a channel is, and how its token is checked; null for one that was never asked for.
create or replace function hilo_calendar_channel(p_channel uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('tenant', hilo_tenant_json(t), 'token_hash', c.token_hash)
      from calendar_channels c join tenants t on t.id = c.tenant_id where c.id = p_channel;
end;
