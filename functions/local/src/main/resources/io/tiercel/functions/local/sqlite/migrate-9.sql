-- From version 9 to 10: the targets of responses. Requests of before the conversion belong to one target of each sender.
ALTER TABLE response_request ADD COLUMN target TEXT NOT NULL DEFAULT '';
