-- A UUID v7 of this moment, for rows that SQL makes.
CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid
$$;
--> statement-breakpoint
-- Adds the one sync job of each contact, a set at a time. A job that waits keeps the more urgent lane and the earlier
-- time; within its own lane it moves on to `due`, but never later than `patience` after it was made (null: it never
-- moves on). A job that is running is left alone and followed by the new one. Jobs of everyday lanes carry a flag
-- that names their connection, so that a worker can leave out a connection that has enough of its runs.
CREATE FUNCTION enqueue_syncs(connections uuid[], refs text[], dues timestamptz[], urgencies integer[], patience interval[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE specs graphile_worker.job_spec[];
BEGIN
  SELECT array_agg((
      'sync', json_build_object('connectionId', w.connection, 'contactRef', w.ref), NULL,
      CASE WHEN j.key IS NULL THEN w.due
        WHEN w.patience IS NOT NULL AND j.priority = w.urgency THEN least(w.due, j.created_at + w.patience)
        ELSE least(w.due, j.run_at) END,
      25, w.job_name, lane.priority,
      CASE WHEN lane.priority >= 0 THEN ARRAY['sync:' || w.connection] END)::graphile_worker.job_spec ORDER BY w.job_name)
    INTO specs
    FROM (SELECT *, 'sync:' || t.connection || ':' || t.ref AS job_name
      FROM unnest(connections, refs, dues, urgencies, patience) AS t(connection, ref, due, urgency, patience)) AS w
    LEFT JOIN graphile_worker.jobs j ON j.key = w.job_name AND j.locked_at IS NULL
    CROSS JOIN LATERAL (SELECT least(w.urgency, j.priority) AS priority) AS lane;
  IF specs IS NULL THEN RETURN 0; END IF;
  PERFORM graphile_worker.add_jobs(specs);
  RETURN array_length(specs, 1);
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION enqueue_sync(connection uuid, ref text, due timestamptz, urgency integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM enqueue_syncs(ARRAY[connection], ARRAY[ref], ARRAY[due], ARRAY[urgency], ARRAY[NULL::interval]);
END
$$;
