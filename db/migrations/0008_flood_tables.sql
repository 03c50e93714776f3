CREATE TABLE "flood_rates" (
	"connection_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"deliveries" integer NOT NULL,
	"adds" integer NOT NULL,
	CONSTRAINT "flood_rates_connection_id_at_pk" PRIMARY KEY("connection_id","at")
);
--> statement-breakpoint
CREATE TABLE "floods" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"takes_adds" boolean DEFAULT false NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"paused_until" timestamp with time zone,
	"threshold" integer,
	"rate" integer DEFAULT 0 NOT NULL,
	"peak" integer DEFAULT 0 NOT NULL,
	"deliveries" integer DEFAULT 0 NOT NULL,
	"contacts" integer DEFAULT 0 NOT NULL,
	"contacts_left" integer DEFAULT 0 NOT NULL,
	"waiting" integer DEFAULT 0 NOT NULL,
	"running" integer DEFAULT 0 NOT NULL,
	"held" integer DEFAULT 0 NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"dropped" integer DEFAULT 0 NOT NULL,
	"speed" real,
	"counted_at" timestamp with time zone,
	"decision" text,
	"reason" text,
	"actor" text,
	"decided_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "budgets" ADD COLUMN "minute" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "budgets" ADD COLUMN "minute_calls" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "budgets" ADD COLUMN "day" date;--> statement-breakpoint
ALTER TABLE "budgets" ADD COLUMN "day_calls" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "calls_per_minute" integer;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "calls_per_day" integer;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "quiet_ms" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "max_wait_ms" integer DEFAULT 30000 NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "flood_per_minute" integer DEFAULT 600 NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "flood_hold" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "batch_delay_seconds" integer DEFAULT 300 NOT NULL;--> statement-breakpoint
ALTER TABLE "outcomes" ADD COLUMN "flood_id" uuid;--> statement-breakpoint
ALTER TABLE "outcomes" ADD COLUMN "released" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "floods_taking" ON "floods" USING btree ("connection_id","kind") WHERE "floods"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "floods_open" ON "floods" USING btree ("connection_id") WHERE "floods"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "floods_connection" ON "floods" USING btree ("connection_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outcomes_flood" ON "outcomes" USING btree ("flood_id","delivery_id" DESC NULLS LAST) WHERE "outcomes"."flood_id" is not null;--> statement-breakpoint
CREATE INDEX "outcomes_flood_status" ON "outcomes" USING btree ("flood_id","status","delivery_id") WHERE "outcomes"."flood_id" is not null;