DROP INDEX "alerts_history";--> statement-breakpoint
DROP INDEX "outcomes_status";--> statement-breakpoint
DROP INDEX "outcomes_connection";--> statement-breakpoint
DROP INDEX "outcomes_action";--> statement-breakpoint
DROP INDEX "outcomes_key";--> statement-breakpoint
DROP INDEX "outcomes_contact";--> statement-breakpoint
DROP INDEX "outcomes_email";--> statement-breakpoint
DROP INDEX "outcomes_member";--> statement-breakpoint
DROP INDEX "outcomes_flood";--> statement-breakpoint
DROP INDEX "pushes_member";--> statement-breakpoint
DROP INDEX "pushes_destination";--> statement-breakpoint
DROP INDEX "floods_connection";--> statement-breakpoint
DROP INDEX "loop_guards_contact";--> statement-breakpoint
DROP INDEX "member_changes_member";--> statement-breakpoint
DROP INDEX "audit_log_at";--> statement-breakpoint
DROP INDEX "audits_connection";--> statement-breakpoint
DROP INDEX "drifts_connection";--> statement-breakpoint
DROP INDEX "drifts_member";--> statement-breakpoint
DROP INDEX "sweeps_connection";--> statement-breakpoint
DROP INDEX "syncs_member";--> statement-breakpoint
CREATE INDEX "outcomes_trigger" ON "outcomes" USING btree ("trigger","delivery_id");--> statement-breakpoint
CREATE INDEX "outcomes_reason" ON "outcomes" USING btree ("reason","delivery_id") WHERE "outcomes"."reason" is not null;--> statement-breakpoint
CREATE INDEX "outcomes_name" ON "outcomes" USING btree (lower("name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "outcomes_last_name" ON "outcomes" USING btree (lower(split_part("name", ' ', -1)) text_pattern_ops);--> statement-breakpoint
CREATE INDEX "members_email_begins" ON "members" USING btree (lower("email") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "members_login_begins" ON "members" USING btree (lower("login") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "members_name" ON "members" USING btree (lower("first_name" || ' ' || "last_name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "members_last_name" ON "members" USING btree (lower("last_name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "alerts_history" ON "alerts" USING btree ("id") WHERE "alerts"."opened_at" is not null;--> statement-breakpoint
CREATE INDEX "outcomes_status" ON "outcomes" USING btree ("status","delivery_id");--> statement-breakpoint
CREATE INDEX "outcomes_connection" ON "outcomes" USING btree ("connection_id","delivery_id");--> statement-breakpoint
CREATE INDEX "outcomes_action" ON "outcomes" USING btree ("action","delivery_id");--> statement-breakpoint
CREATE INDEX "outcomes_key" ON "outcomes" USING btree ("key_id","delivery_id");--> statement-breakpoint
CREATE INDEX "outcomes_contact" ON "outcomes" USING btree ("contact_id","delivery_id");--> statement-breakpoint
CREATE INDEX "outcomes_email" ON "outcomes" USING btree (lower("email") text_pattern_ops,"delivery_id");--> statement-breakpoint
CREATE INDEX "outcomes_member" ON "outcomes" USING btree ("member_id","delivery_id");--> statement-breakpoint
CREATE INDEX "outcomes_flood" ON "outcomes" USING btree ("flood_id","delivery_id") WHERE "outcomes"."flood_id" is not null;--> statement-breakpoint
CREATE INDEX "pushes_member" ON "pushes" USING btree ("member_id","id");--> statement-breakpoint
CREATE INDEX "pushes_destination" ON "pushes" USING btree ("destination_id","id");--> statement-breakpoint
CREATE INDEX "floods_connection" ON "floods" USING btree ("connection_id","id");--> statement-breakpoint
CREATE INDEX "loop_guards_contact" ON "loop_guards" USING btree ("connection_id","contact_id","closed_at");--> statement-breakpoint
CREATE INDEX "member_changes_member" ON "member_changes" USING btree ("member_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audits_connection" ON "audits" USING btree ("connection_id","id");--> statement-breakpoint
CREATE INDEX "drifts_connection" ON "drifts" USING btree ("connection_id","id");--> statement-breakpoint
CREATE INDEX "drifts_member" ON "drifts" USING btree ("member_id","id");--> statement-breakpoint
CREATE INDEX "sweeps_connection" ON "sweeps" USING btree ("connection_id","id");--> statement-breakpoint
CREATE INDEX "syncs_member" ON "syncs" USING btree ("member_id","id");