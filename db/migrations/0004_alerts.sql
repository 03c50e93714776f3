CREATE TABLE "alert_channels" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"shown" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"alert_kinds" text[],
	"enabled" boolean DEFAULT true NOT NULL,
	"last_sent_at" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_mutes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text,
	"key" text,
	"until" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "alert_sends" (
	"id" uuid PRIMARY KEY NOT NULL,
	"alert_id" uuid,
	"channel_id" uuid NOT NULL,
	"transition" text NOT NULL,
	"message" jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone,
	"claimed_until" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"connection_id" uuid,
	"level" text NOT NULL,
	"text" jsonb NOT NULL,
	"first_seen_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"opened_at" timestamp with time zone,
	"told_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"muted_by" text
);
--> statement-breakpoint
CREATE TABLE "arrivals" (
	"connection_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "arrivals_connection_id_at_pk" PRIMARY KEY("connection_id","at")
);
--> statement-breakpoint
CREATE TABLE "care_rounds" (
	"name" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registration_checks" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"checked_at" timestamp with time zone,
	"state" text DEFAULT 'unknown' NOT NULL,
	"found" text[] DEFAULT '{}' NOT NULL,
	"reason" text,
	"detail" text,
	"lost_since" timestamp with time zone,
	"repaired_at" timestamp with time zone,
	"repaired_found" text[] DEFAULT '{}' NOT NULL,
	"repairs" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "silences" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"usual" text NOT NULL,
	"noticed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "alert_sends" ADD CONSTRAINT "alert_sends_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_sends" ADD CONSTRAINT "alert_sends_channel_id_alert_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."alert_channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "arrivals" ADD CONSTRAINT "arrivals_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registration_checks" ADD CONSTRAINT "registration_checks_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "silences" ADD CONSTRAINT "silences_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_mutes_current" ON "alert_mutes" USING btree ("until") WHERE "alert_mutes"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "alert_sends_once" ON "alert_sends" USING btree ("alert_id","channel_id","transition");--> statement-breakpoint
CREATE INDEX "alert_sends_due" ON "alert_sends" USING btree ("next_at") WHERE "alert_sends"."next_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_current" ON "alerts" USING btree ("key") WHERE "alerts"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "alerts_history" ON "alerts" USING btree ("id" DESC NULLS LAST) WHERE "alerts"."opened_at" is not null;