-- Adds the one sync job of a contact, or moves the one that waits to the earlier of both times. A job that is running
-- is left alone and followed by the new one.
CREATE FUNCTION enqueue_sync(connection uuid, ref text, due timestamptz, urgency integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE job_name text := 'sync:' || connection || ':' || ref;
BEGIN
  PERFORM graphile_worker.add_job('sync', json_build_object('connectionId', connection, 'contactRef', ref),
    run_at := least(due, (SELECT j.run_at FROM graphile_worker.jobs j WHERE j.key = job_name AND j.locked_at IS NULL)),
    max_attempts := 25, job_key := job_name, priority := urgency);
END
$$;
