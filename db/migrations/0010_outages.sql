CREATE TABLE "outages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"began_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone NOT NULL,
	"deliveries" integer NOT NULL
);
