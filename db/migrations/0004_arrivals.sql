CREATE TABLE "arrivals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "arrivals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"commit_id" uuid NOT NULL,
	"batch" text NOT NULL,
	"times" text NOT NULL
);
--> statement-breakpoint
-- Batches live for moments: compressing them would cost more than the room it saves.
ALTER TABLE "arrivals" ALTER COLUMN "batch" SET STORAGE EXTERNAL;
