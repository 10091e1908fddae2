-- Triggers keep what is derived true, also for rows written by hand in the SQL editor. No business logic here.

create or replace function hilo_touch() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    new.updated_at := now();
    return new;
end $$;

-- Each of these locks the conversation before it looks: a batch or an answer that is being completed at that moment
-- looks for what is unprocessed too, cannot see rows that are not committed yet, and must not have the last word.

-- hilo_store_message has already written all this when it inserts, holds the lock, and names the message in hilo.counted.
create or replace function hilo_message_inserted() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = new.tenant_id and c.conversation_id = new.conversation_id for no key update;
    if v_conversation.last_message_at >= new.sent_at
       and (new.direction <> 'inbound' or v_conversation.last_inbound_at >= new.sent_at)
       and (new.processed or v_conversation.unprocessed_since <= new.created_at) then
        return null;
    end if;
    update whatsapp_conversations c
       set last_message_at = greatest(c.last_message_at, new.sent_at),
           last_inbound_at = case when new.direction = 'inbound' then greatest(c.last_inbound_at, new.sent_at)
                                  else c.last_inbound_at end,
           unprocessed_since = case when new.processed then c.unprocessed_since
                                    else least(c.unprocessed_since, new.created_at) end
     where c.id = v_conversation.id;
    return null;
end $$;

-- Derive from scratch what a conversation's row says of its messages. A batch that has read the older state is
-- refused: it may have read what is no more.
create or replace function hilo_recount_messages(p_tenant uuid, p_conversation_id text) returns void
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    perform 1 from whatsapp_conversations c
      where c.tenant_id = p_tenant and c.conversation_id = p_conversation_id for no key update;
    update whatsapp_conversations c
       set last_message_at = (select max(m.sent_at) from whatsapp_messages m
                               where m.tenant_id = p_tenant and m.conversation_id = p_conversation_id),
           last_inbound_at = (select max(m.sent_at) from whatsapp_messages m
                               where m.tenant_id = p_tenant and m.conversation_id = p_conversation_id
                                 and m.direction = 'inbound'),
           unprocessed_since = (select min(m.created_at) from whatsapp_messages m
                                 where m.tenant_id = p_tenant and m.conversation_id = p_conversation_id
                                   and not m.processed),
           events_version = c.events_version + 1
     where c.tenant_id = p_tenant and c.conversation_id = p_conversation_id;
end $$;

-- Messages deleted by hand. Events that they prove stay, with the message's id and the words that were quoted: what a
-- person has in the calendar does not vanish with a message.
create or replace function hilo_messages_deleted() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    perform hilo_recount_messages(k.tenant_id, k.conversation_id)
       from (select distinct g.tenant_id, g.conversation_id from gone g order by 1, 2) k;
    return null;
end $$;

-- Text, time, speaker or conversation changed by hand. (A conversation that is renamed takes its messages along by
-- the foreign key: the old one is gone then, and nothing to count anew.)
create or replace function hilo_message_edited() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    if exists (select 1 from whatsapp_conversations c
                where c.tenant_id = old.tenant_id and c.conversation_id = old.conversation_id) then
        perform hilo_recount_messages(k.tenant_id, k.conversation_id)
           from (select old.tenant_id, old.conversation_id union select new.tenant_id, new.conversation_id
                 order by 1, 2) k;
    end if;
    return null;
end $$;

-- processed set or taken back. Only the oldest unprocessed message moves unprocessed_since, so that a batch that marks
-- thousands counts anew once.
create or replace function hilo_message_processed() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    perform 1 from whatsapp_conversations c
      where c.tenant_id = new.tenant_id and c.conversation_id = new.conversation_id
        and (not new.processed or c.unprocessed_since = new.created_at) for no key update;
    if found then
        update whatsapp_conversations c
           set unprocessed_since = (select min(m.created_at) from whatsapp_messages m
                                     where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                                       and not m.processed)
         where c.tenant_id = new.tenant_id and c.conversation_id = new.conversation_id;
    end if;
    return null;
end $$;

create or replace function hilo_events_changed() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_key record;
begin
    if tg_op = 'DELETE' then
        update whatsapp_messages m set event_id = null, event_extracted = false where m.event_id = old.id;
    end if;
    for v_key in
        select k.tenant_id, k.conversation_id
          from (values (old.tenant_id, old.conversation_id), (new.tenant_id, new.conversation_id))
               k (tenant_id, conversation_id)
         where k.tenant_id is not null group by 1, 2 order by 1, 2
    loop
        perform 1 from whatsapp_conversations c
          where c.tenant_id = v_key.tenant_id and c.conversation_id = v_key.conversation_id for no key update;
        update whatsapp_conversations c
           set event_count = (select count(*) from extracted_events e
                               where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id
                                 and e.status <> 'cancelled'),
               events_version = c.events_version + 1
         where c.tenant_id = v_key.tenant_id and c.conversation_id = v_key.conversation_id;
    end loop;
    return null;
end $$;

-- What is busy sets the time itself: a call of this function costs as much as another index.
create or replace trigger hilo_touch before update on tenants
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on channels
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on whatsapp_conversations
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on sessions
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on whatsapp_messages
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on extracted_events
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();

create or replace trigger hilo_message_inserted after insert on whatsapp_messages
    for each row when ((current_setting('hilo.counted', true) = new.message_sid) is not true)
    execute function hilo_message_inserted();
create or replace trigger hilo_messages_deleted after delete on whatsapp_messages
    referencing old table as gone for each statement execute function hilo_messages_deleted();
create or replace trigger hilo_message_edited
    after update of tenant_id, conversation_id, body, sent_at, role, direction on whatsapp_messages
    for each row when ((old.tenant_id, old.conversation_id, old.body, old.sent_at, old.role, old.direction)
        is distinct from (new.tenant_id, new.conversation_id, new.body, new.sent_at, new.role, new.direction))
    execute function hilo_message_edited();
create or replace trigger hilo_message_processed after update of processed on whatsapp_messages
    for each row when (old.processed is distinct from new.processed) execute function hilo_message_processed();
-- The publisher's bookkeeping (calendar_*) is no change of the event.
create or replace trigger hilo_events_changed
    after insert or delete or update of tenant_id, conversation_id, title, "start", "end", all_day, location, status,
        reason, evidence, revision
    on extracted_events
    for each row execute function hilo_events_changed();
