-- As before, and no longer losing a job: graphile_worker.add_jobs leaves out a key whose waiting job a worker takes in
-- the moment between its two statements. What it left out is added again, which finds that job running and follows it.
CREATE OR REPLACE FUNCTION enqueue_syncs(connections uuid[], refs text[], dues timestamptz[], urgencies integer[], patience interval[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  specs graphile_worker.job_spec[];
  added text[];
  total integer;
BEGIN
  SELECT array_agg((
      'sync', json_build_object('connectionId', w.connection, 'contactRef', w.ref), NULL,
      CASE WHEN j.key IS NULL THEN w.due
        WHEN w.patience IS NOT NULL AND j.priority = w.urgency THEN least(w.due, j.created_at + w.patience)
        ELSE least(w.due, j.run_at) END,
      25, w.job_name, lane.priority,
      CASE WHEN lane.priority >= 0 THEN ARRAY['shared:' || w.connection, 'everyday:' || w.connection]
        WHEN lane.priority > -20 THEN ARRAY['shared:' || w.connection] END)::graphile_worker.job_spec ORDER BY w.job_name)
    INTO specs
    FROM (SELECT *, 'sync:' || t.connection || ':' || t.ref AS job_name
      FROM unnest(connections, refs, dues, urgencies, patience) AS t(connection, ref, due, urgency, patience)) AS w
    LEFT JOIN graphile_worker.jobs j ON j.key = w.job_name AND j.locked_at IS NULL
    CROSS JOIN LATERAL (SELECT least(w.urgency, j.priority) AS priority) AS lane;
  IF specs IS NULL THEN RETURN 0; END IF;
  total := array_length(specs, 1);
  LOOP
    SELECT array_agg(key) INTO added FROM graphile_worker.add_jobs(specs);
    SELECT array_agg(s::graphile_worker.job_spec ORDER BY s.job_key) INTO specs
      FROM unnest(specs) AS s WHERE s.job_key <> ALL (coalesce(added, '{}'));
    EXIT WHEN specs IS NULL;
  END LOOP;
  RETURN total;
END
$$;
