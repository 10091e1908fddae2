-- What language models took, by tenant. Days are UTC days, as the daily cap counts them.

-- Record one answer's or one conversation's use under an id of the caller, so that it counts once. {tokens}: all that the
-- tenant has used since the day began.
create or replace function hilo_use_model(
    p_id uuid, p_tenant uuid, p_part text, p_model text, p_calls integer, p_input bigint, p_output bigint,
    p_cost double precision default 0
) returns jsonb
language plpgsql volatile security invoker set search_path = public, pg_temp as $$
begin
    insert into model_usage (id, tenant_id, part, model, calls, input_tokens, output_tokens, cost)
    values (p_id, p_tenant, p_part, p_model, p_calls, p_input, p_output, p_cost)
    on conflict (id) do nothing;
    return jsonb_build_object('tokens', (
        select coalesce(sum(u.input_tokens + u.output_tokens), 0) from model_usage u
         where u.tenant_id = p_tenant and u.used_at >= date_trunc('day', now(), 'UTC')));
end $$;

-- What each tenant, or this one, has used in the last p_days days (1: since the day began), by part and model.
create or replace function hilo_model_usage(p_tenant uuid default null, p_days integer default 1) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(to_jsonb(x) order by x.tenant, x.part, x.model), '[]')
      from (select t.id as tenant_id, t.slug as tenant, t.settings, u.part, u.model, sum(u.calls)::bigint as calls,
                   sum(u.input_tokens)::bigint as input_tokens, sum(u.output_tokens)::bigint as output_tokens,
                   sum(u.cost) as cost
              from model_usage u join tenants t on t.id = u.tenant_id
             where (p_tenant is null or u.tenant_id = p_tenant)
               and u.used_at >= date_trunc('day', now(), 'UTC') - make_interval(days => p_days - 1)
             group by t.id, t.slug, t.settings, u.part, u.model) x;
end;
