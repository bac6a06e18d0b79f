-- What turns a database of schema 1 into one of schema 2, before schema.sql.
ALTER TABLE incident DROP COLUMN plan;
ALTER TABLE incident ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN escalation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN episode INTEGER NOT NULL DEFAULT 1;
ALTER TABLE incident ADD COLUMN noted INTEGER NOT NULL DEFAULT 1;
ALTER TABLE incident ADD COLUMN closed_at INTEGER;
ALTER TABLE incident ADD COLUMN closed_by TEXT;
ALTER TABLE incident ADD COLUMN closed_until INTEGER;
ALTER TABLE announcement ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
ALTER TABLE announcement ADD COLUMN situation TEXT NOT NULL
    DEFAULT '{"state":"open","episode":1,"priority":"","response":"","acknowledgedBy":""}';
ALTER TABLE announcement ADD COLUMN thread TEXT;
ALTER TABLE announcement ADD COLUMN unsure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE announcement ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
