-- What language models took, by tenant. Days are UTC days, as the daily cap counts them.

-- Whether the tenant may use the model once more today, its cap being p_cap tokens (0: any number). Where it may, what
-- such an answer took of late is set down under p_id, until hilo_use_model puts what it really took in its place: so that
-- those under way at once count as well. What a process that died had set down counts for an hour.
create or replace function hilo_reserve_model(
    p_id uuid, p_tenant uuid, p_part text, p_model text, p_cap bigint
) returns jsonb
language plpgsql volatile security invoker set search_path = public, pg_temp as $$
declare
    v_used bigint;
begin
    if p_cap <= 0 then
        return jsonb_build_object('granted', true);
    end if;
    perform pg_advisory_xact_lock(hashtextextended('hilo model ' || p_tenant, 0));
    if exists (select from model_usage where id = p_id) then
        return jsonb_build_object('granted', true);  -- asked again, as the answer was lost
    end if;
    delete from model_usage u where u.tenant_id = p_tenant and u.calls = 0 and u.used_at < now() - interval '1 hour';
    select coalesce(sum(u.input_tokens + u.output_tokens), 0) into v_used from model_usage u
     where u.tenant_id = p_tenant and u.used_at >= date_trunc('day', now(), 'UTC');
    if v_used < p_cap then
        insert into model_usage (id, tenant_id, part, model, calls, input_tokens, output_tokens, cost)
        select p_id, p_tenant, p_part, p_model, 0, coalesce(avg(x.tokens)::bigint, 2000), 0, 0
          from (select u.input_tokens + u.output_tokens as tokens from model_usage u
                 where u.tenant_id = p_tenant and u.part = p_part and u.calls > 0
                 order by u.used_at desc limit 20) x;
    end if;
    return jsonb_build_object('granted', v_used < p_cap);
end $$;

-- Record one answer's or one conversation's use under an id of the caller, so that it counts once; in place of what was
-- reserved under it.
create or replace function hilo_use_model(
    p_id uuid, p_tenant uuid, p_part text, p_model text, p_calls integer, p_input bigint, p_output bigint,
    p_cost double precision default 0
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into model_usage as u (id, tenant_id, part, model, calls, input_tokens, output_tokens, cost)
    values (p_id, p_tenant, p_part, p_model, p_calls, p_input, p_output, p_cost)
    on conflict (id) do update
       set calls = excluded.calls, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
           cost = excluded.cost
     where u.calls = 0;
    delete from model_usage where id = p_id and calls = 0;  -- it came to no answer
    select jsonb_build_object('recorded', true);
end;

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
