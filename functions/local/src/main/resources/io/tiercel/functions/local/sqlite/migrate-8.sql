-- From version 8 to 9: the order of queues. Requests of before the conversion belong to one sender of each class.
ALTER TABLE notification_request ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notification_request ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE notification_request ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
UPDATE notification_request SET
    urgency = (SELECT CASE WHEN verified_count = 0 THEN 2 WHEN priority > 2 THEN 1 ELSE 0 END FROM incident WHERE id = incident_id),
    turn = rowid;
DROP INDEX notification_request_order;
ALTER TABLE response_request ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0;
ALTER TABLE response_request ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE response_request ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
UPDATE response_request SET
    urgency = (SELECT CASE WHEN verified_count = 0 THEN 2 WHEN priority > 2 THEN 1 ELSE 0 END FROM incident WHERE id = incident_id),
    turn = rowid;
DROP INDEX response_request_pending;
