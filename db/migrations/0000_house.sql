CREATE TABLE "access_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"purpose" text DEFAULT 'automation' NOT NULL,
	"actions" text[],
	"roles" text[],
	"allowed_ips" text[],
	"wait_seconds" integer DEFAULT 0 NOT NULL,
	"weak" boolean DEFAULT false NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"replaced_by" uuid,
	"last_used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "access_keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"slots" timestamp with time zone[] NOT NULL,
	"paused_until" timestamp with time zone,
	"calls" bigint DEFAULT 0 NOT NULL,
	"refused" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"base_url" text NOT NULL,
	"credentials" "bytea" NOT NULL,
	"mode" text NOT NULL,
	"events" text[] NOT NULL,
	"sources" text[] NOT NULL,
	"list_id" text,
	"create_on_event" boolean DEFAULT false NOT NULL,
	"webhook_id" text,
	"webhook_key_id" uuid,
	"default_role" text NOT NULL,
	"return_password_field" text,
	"field_map" jsonb NOT NULL,
	"calls_per_second" integer NOT NULL,
	"sideload" text DEFAULT 'unknown' NOT NULL,
	"last_test" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "key_uses" (
	"key_id" uuid NOT NULL,
	"day" date NOT NULL,
	"uses" integer NOT NULL,
	CONSTRAINT "key_uses_key_id_day_pk" PRIMARY KEY("key_id","day")
);
--> statement-breakpoint
CREATE TABLE "commits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"deliveries" integer NOT NULL,
	"committed_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"commit_id" uuid NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"read_ms" real NOT NULL,
	"key_ms" real NOT NULL,
	"connection_id" uuid,
	"key_id" uuid,
	"dialect" text NOT NULL,
	"action" text NOT NULL,
	"trigger" text NOT NULL,
	"contact_id" text,
	"email" text,
	"name" text,
	"event" text,
	"list_id" text,
	"source" text,
	"verdict" text NOT NULL,
	"reason" text,
	"detail" text,
	"params" jsonb NOT NULL,
	"remote_address" text NOT NULL,
	"method" text NOT NULL,
	"path" text NOT NULL,
	"query" text NOT NULL,
	"headers" jsonb NOT NULL,
	"body" "bytea" NOT NULL
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "inbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"delivery_ids" uuid[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outcomes" (
	"delivery_id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"connection_id" uuid,
	"key_id" uuid,
	"dialect" text NOT NULL,
	"action" text NOT NULL,
	"trigger" text NOT NULL,
	"contact_ref" text,
	"contact_id" text,
	"email" text,
	"name" text,
	"params" jsonb NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"detail" text,
	"hop" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"attempts_before" integer DEFAULT 0 NOT NULL,
	"next_retry_at" timestamp with time zone,
	"duplicate_of" uuid,
	"sync_ids" uuid[] DEFAULT '{}' NOT NULL,
	"member_id" uuid,
	"retry_id" uuid,
	"collected_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"sync_ms" real,
	"waited_ms" real
);
--> statement-breakpoint
CREATE TABLE "retries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"filter" jsonb NOT NULL,
	"total" integer NOT NULL,
	"issued" integer DEFAULT 0 NOT NULL,
	"cursor" uuid,
	"state" text NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "retry_items" (
	"retry_id" uuid NOT NULL,
	"delivery_id" uuid NOT NULL,
	CONSTRAINT "retry_items_retry_id_delivery_id_pk" PRIMARY KEY("retry_id","delivery_id")
);
--> statement-breakpoint
CREATE TABLE "member_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"member_id" uuid NOT NULL,
	"sync_id" uuid,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"changes" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "member_contacts" (
	"connection_id" uuid NOT NULL,
	"contact_id" text NOT NULL,
	"member_id" uuid NOT NULL,
	"tags" text[] NOT NULL,
	"fields" jsonb NOT NULL,
	"loaded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "member_contacts_connection_id_contact_id_pk" PRIMARY KEY("connection_id","contact_id")
);
--> statement-breakpoint
CREATE TABLE "members" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"login" text NOT NULL,
	"role" text NOT NULL,
	"first_name" text NOT NULL,
	"last_name" text NOT NULL,
	"password_hash" text,
	"tags" text[] NOT NULL,
	"fields" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"synced_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "password_links" (
	"hash" text PRIMARY KEY NOT NULL,
	"member_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pending_mails" (
	"member_id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"contact_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pending_passwords" (
	"member_id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"contact_id" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"role" text NOT NULL,
	"from_environment" boolean DEFAULT false NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"target" text NOT NULL,
	"target_id" uuid,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"token_version" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_sign_in_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "syncs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"contact_ref" text NOT NULL,
	"worker_id" text NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"dirty" boolean DEFAULT false NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"status" text NOT NULL,
	"reason" text,
	"detail" text,
	"ms" real,
	"member_id" uuid,
	"steps" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"changes" jsonb
);
--> statement-breakpoint
ALTER TABLE "access_keys" ADD CONSTRAINT "access_keys_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_changes" ADD CONSTRAINT "member_changes_member_id_members_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."members"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_contacts" ADD CONSTRAINT "member_contacts_member_id_members_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."members"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_links" ADD CONSTRAINT "password_links_member_id_members_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."members"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_mails" ADD CONSTRAINT "pending_mails_member_id_members_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."members"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_passwords" ADD CONSTRAINT "pending_passwords_member_id_members_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."members"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_keys_connection" ON "access_keys" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "outcomes_status" ON "outcomes" USING btree ("status","delivery_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outcomes_connection" ON "outcomes" USING btree ("connection_id","delivery_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outcomes_action" ON "outcomes" USING btree ("action","delivery_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outcomes_key" ON "outcomes" USING btree ("key_id","delivery_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outcomes_contact" ON "outcomes" USING btree ("contact_id","delivery_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outcomes_email" ON "outcomes" USING btree (lower("email"),"delivery_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outcomes_member" ON "outcomes" USING btree ("member_id","delivery_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outcomes_retry" ON "outcomes" USING btree ("retry_id") WHERE "outcomes"."retry_id" is not null;--> statement-breakpoint
CREATE INDEX "outcomes_open" ON "outcomes" USING btree ("connection_id","contact_ref") WHERE "outcomes"."status" in ('queued', 'running', 'failed');--> statement-breakpoint
CREATE INDEX "member_changes_member" ON "member_changes" USING btree ("member_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "member_contacts_member" ON "member_contacts" USING btree ("member_id");--> statement-breakpoint
CREATE UNIQUE INDEX "members_email" ON "members" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "members_login" ON "members" USING btree (lower("login"));--> statement-breakpoint
CREATE INDEX "members_tags" ON "members" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "syncs_open" ON "syncs" USING btree ("connection_id","contact_ref") WHERE "syncs"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "syncs_member" ON "syncs" USING btree ("member_id","id" DESC NULLS LAST);
--> statement-breakpoint
CREATE TABLE "deliveries_rest" PARTITION OF "deliveries" DEFAULT;
--> statement-breakpoint
-- The smallest UUID v7 of a moment.
CREATE FUNCTION uuid_v7_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (substr(ms, 1, 8) || '-' || substr(ms, 9) || '-7000-8000-000000000000')::uuid
  FROM (SELECT lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') AS ms) AS floor
$$;
--> statement-breakpoint
-- Makes the partitions of today and the next days (UTC); one that is there stays. A day whose rows already lie in the
-- rest partition keeps them there, so calling this late is safe too.
CREATE FUNCTION ensure_delivery_partitions(days integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE day date;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('rollcall.partitions'));
  FOR day IN SELECT generate_series((now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date + days, '1 day')::date LOOP
    IF to_regclass('deliveries_' || to_char(day, 'YYYYMMDD')) IS NULL THEN
      BEGIN
        EXECUTE format('CREATE TABLE %I PARTITION OF deliveries FOR VALUES FROM (%L) TO (%L)',
          'deliveries_' || to_char(day, 'YYYYMMDD'),
          uuid_v7_floor(day::timestamp AT TIME ZONE 'UTC'), uuid_v7_floor((day + 1)::timestamp AT TIME ZONE 'UTC'));
      EXCEPTION WHEN check_violation THEN NULL;
      END;
    END IF;
  END LOOP;
END
$$;
