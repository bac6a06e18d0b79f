-- Alerts that were acknowledged and are not counted yet, in the order of their arrival.
CREATE TABLE IF NOT EXISTS inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
) STRICT;

-- The alerts that were counted: what makes the counts exact. The newest are kept, see SqliteIncidentStore.
CREATE TABLE IF NOT EXISTS counted (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id TEXT NOT NULL UNIQUE,
    incident_id TEXT NOT NULL
) STRICT;

-- priority: 0 is the most urgent; times: nanoseconds since the epoch, heard and closed_at: milliseconds; fingerprint,
-- enrichment: JSON; noted: the last episode whose opening was taken notice of; closed_...: null while it is open.
CREATE TABLE IF NOT EXISTS incident (
    id TEXT PRIMARY KEY,
    rule TEXT NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    count INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    enrichment TEXT NOT NULL,
    heard INTEGER NOT NULL DEFAULT 0,
    escalation INTEGER NOT NULL DEFAULT 0,
    episode INTEGER NOT NULL DEFAULT 1,
    noted INTEGER NOT NULL DEFAULT 1,
    closed_at INTEGER,
    closed_by TEXT,
    closed_until INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS incident_last_seen ON incident (last_seen);
CREATE INDEX IF NOT EXISTS incident_heard ON incident (heard) WHERE state = 'open';

CREATE TABLE IF NOT EXISTS tactic (
    incident_id TEXT NOT NULL REFERENCES incident ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (incident_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sample (
    incident_id TEXT NOT NULL REFERENCES incident ON DELETE CASCADE,
    number INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (incident_id, number)
) STRICT;

-- not_before: milliseconds since the epoch; situation: JSON; state: open, escalated or closed, as last told.
CREATE TABLE IF NOT EXISTS announcement (
    incident_id TEXT NOT NULL REFERENCES incident ON DELETE CASCADE,
    channel TEXT NOT NULL,
    announced_count INTEGER NOT NULL,
    owed_from INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    problem TEXT,
    state TEXT NOT NULL,
    situation TEXT NOT NULL,
    thread TEXT,
    unsure INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (incident_id, channel)
) STRICT, WITHOUT ROWID;

-- Who takes care of an incident; at: milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS acknowledgement (
    incident_id TEXT PRIMARY KEY REFERENCES incident ON DELETE CASCADE,
    episode INTEGER NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was posted and is no alert; the newest are kept, see Inbox.
CREATE TABLE IF NOT EXISTS refused (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    received INTEGER NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;

-- The sensors' messages about themselves; the newest are kept, see SqliteIncidentStore.
CREATE TABLE IF NOT EXISTS health (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
) STRICT;

-- Plans, caps and what else responses remember, see SqliteStateStore. due: milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS response_state (
    key TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    due INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS response_state_due ON response_state (due) WHERE due IS NOT NULL;

-- What the responder was last asked to look at of each incident, and whether it has yet to do it.
CREATE TABLE IF NOT EXISTS to_respond (
    incident_id TEXT PRIMARY KEY REFERENCES incident ON DELETE CASCADE,
    occasion TEXT NOT NULL,
    waiting INTEGER NOT NULL,
    attempts INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS to_respond_waiting ON to_respond (waiting) WHERE waiting = 1;

-- The audit log; its end is kept beside it, so that a log that was shortened shows.
CREATE TABLE IF NOT EXISTS audit (
    number INTEGER PRIMARY KEY,
    incident_id TEXT,
    previous TEXT NOT NULL,
    line TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS audit_incident ON audit (incident_id, number);
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_removed BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TABLE IF NOT EXISTS audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

-- What may be used once, and was; until: milliseconds since the epoch, then it is forgotten.
CREATE TABLE IF NOT EXISTS used_token (
    token TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS used_token_until ON used_token (until);
