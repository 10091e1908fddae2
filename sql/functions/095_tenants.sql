-- Tenants, their channels, and keys.

create or replace function hilo_ensure_default_tenant(p_timezone text, p_locale text) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_tenant tenants;
begin
    -- The default tenant follows the server's settings.
    select t.* into v_tenant from tenants t where t.slug = 'default';
    if not found then
        insert into tenants (slug, name, timezone, locale) values ('default', 'Hilo', p_timezone, p_locale)
        on conflict (slug) do update set timezone = excluded.timezone, locale = excluded.locale
        returning * into v_tenant;
    elsif (v_tenant.timezone, v_tenant.locale) is distinct from (p_timezone, p_locale) then
        update tenants t set timezone = p_timezone, locale = p_locale where t.id = v_tenant.id returning * into v_tenant;
    end if;
    return hilo_tenant_json(v_tenant);
end $$;

create or replace function hilo_save_tenant(
    p_slug text, p_name text, p_timezone text, p_locale text default 'es', p_settings jsonb default '{}'
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into tenants as t (slug, name, timezone, locale, settings)
    values (p_slug, p_name, p_timezone, p_locale, p_settings)
    on conflict (slug) do update set name = excluded.name, timezone = excluded.timezone, locale = excluded.locale,
        settings = t.settings || excluded.settings
    returning hilo_tenant_json(t);
end;

create or replace function hilo_list_tenants() returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(hilo_tenant_json(t) || jsonb_build_object('channels', (
            select coalesce(jsonb_agg(to_jsonb(c) order by c.provider, c.address), '[]') from channels c
             where c.tenant_id = t.id)) order by t.slug), '[]') from tenants t;
end;

create or replace function hilo_save_channel(
    p_tenant_slug text, p_provider text, p_address text, p_bot_id text default null, p_local_id text default null,
    p_credentials_ref text default null, p_enabled boolean default true
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_tenant uuid;
    v_channel channels;
begin
    select t.id into v_tenant from tenants t where t.slug = p_tenant_slug;
    if not found then
        raise exception 'there is no tenant %', p_tenant_slug using errcode = 'HL404',
            hint = 'Add it first: hilo tenants add';
    end if;
    insert into channels as c (tenant_id, provider, address, bot_id, local_id, credentials_ref, enabled)
    values (v_tenant, p_provider, p_address, p_bot_id, p_local_id, p_credentials_ref, p_enabled)
    on conflict (provider, address) do update set bot_id = coalesce(excluded.bot_id, c.bot_id),
        local_id = coalesce(excluded.local_id, c.local_id),
        credentials_ref = coalesce(excluded.credentials_ref, c.credentials_ref), enabled = excluded.enabled
        where c.tenant_id = excluded.tenant_id
    returning * into v_channel;
    if not found then
        raise exception '% is already a channel of another tenant', p_address using errcode = 'HL409';
    end if;
    return to_jsonb(v_channel);
end $$;

create or replace function hilo_create_api_key(
    p_id uuid, p_name text, p_key_hash text, p_tenant uuid default null, p_scopes jsonb default '[]'
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into api_keys as k (id, tenant_id, name, key_hash, scopes)
    values (p_id, p_tenant, p_name, p_key_hash, array(select jsonb_array_elements_text(p_scopes)))
    on conflict (key_hash) do update set revoked_at = null
    returning to_jsonb(k) - 'key_hash';
end;

-- The key of this hash, and its tenant; null when there is none or it is revoked. Use is recorded once a minute,
-- so that a busy key does not rewrite its row with every request.
create or replace function hilo_use_api_key(p_key_hash text) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_key api_keys;
begin
    select k.* into v_key from api_keys k where k.key_hash = p_key_hash and k.revoked_at is null;
    if not found then
        return null;
    end if;
    if coalesce(v_key.last_used_at, '-infinity') < now() - interval '1 minute' then
        update api_keys k set last_used_at = now() where k.id = v_key.id;
    end if;
    return to_jsonb(v_key) - 'key_hash' || jsonb_build_object('tenant', (
        select hilo_tenant_json(t) from tenants t where t.id = v_key.tenant_id));
end $$;

create or replace function hilo_list_api_keys() returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(to_jsonb(k) - 'key_hash' || jsonb_build_object('tenant', t.slug)
                              order by k.created_at), '[]')
      from api_keys k left join tenants t on t.id = k.tenant_id;
end;

create or replace function hilo_revoke_api_key(p_id uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with revoked as (
        update api_keys k set revoked_at = now() where k.id = p_id and k.revoked_at is null returning 1)
    select jsonb_build_object('revoked', exists (select 1 from revoked));
end;

-- What was applied to this database, number → [name, checksum], 0 being functions and grants: for a server that has no
-- connection to look for itself. A string body, because a restore drops the table.
create or replace function hilo_schema() returns jsonb
language sql stable security invoker set search_path = public, pg_temp as $$
    select coalesce(jsonb_object_agg(m.number, jsonb_build_array(m.name, m.checksum)), '{}') from hilo_migrations m
$$;
