-- Alerts that were accepted and not counted yet, in the order of their arrival; see AlertInbox for the ranges of seq.
-- sender_scope: empty for unverified senders. sender: Sender as JSON, without its credential.
CREATE TABLE IF NOT EXISTS inbox (
    seq INTEGER PRIMARY KEY,
    sender_scope TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (sender_scope, alert_id)
) STRICT;

-- Ids of counted alerts, which make every alert count once, scoped by sender. SqliteIncidentStore keeps the newest.
-- verified: whether the sender is verified.
CREATE TABLE IF NOT EXISTS counted_alert (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id TEXT NOT NULL UNIQUE,
    incident_id TEXT NOT NULL,
    verified INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS counted_alert_verified ON counted_alert (verified, seq);

-- priority: 0 is the most urgent. first_seen, last_seen, closed_until: nanoseconds since the epoch.
-- opened_at (of the current episode), last_received_at, closed_at: milliseconds since the epoch. fingerprint, enrichment: JSON.
-- slot_key: Fingerprint.slotKey. slot_verified: whether an open incident holds a slot of verified senders, see IncidentStore.record.
-- folded: 1 for an incident that stands for many causes, which needs no slot. folded_causes: the number of its causes, limited.
-- verified_count: the part of count from verified senders. audited_episode: the last episode whose opening is in the audit log. closed_*: null while the incident is open.
-- host, namespace: from enrichment. search: IncidentFilter.searchText. activity: MinuteCounts.
CREATE TABLE IF NOT EXISTS incident (
    id TEXT PRIMARY KEY,
    rule TEXT NOT NULL,
    slot_key TEXT NOT NULL,
    slot_verified INTEGER NOT NULL,
    folded INTEGER NOT NULL,
    folded_causes INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    count INTEGER NOT NULL,
    verified_count INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    enrichment TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    escalation INTEGER NOT NULL DEFAULT 0,
    episode INTEGER NOT NULL DEFAULT 1,
    audited_episode INTEGER NOT NULL DEFAULT 0,
    closed_at INTEGER,
    closed_by TEXT,
    closed_until INTEGER,
    host TEXT NOT NULL DEFAULT '',
    namespace TEXT,
    search TEXT NOT NULL DEFAULT '',
    activity TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS incident_last_seen ON incident (last_seen);
CREATE INDEX IF NOT EXISTS incident_last_received_at ON incident (last_received_at) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS incident_slot ON incident (slot_key, slot_verified) WHERE state = 'open' AND folded = 0;
CREATE INDEX IF NOT EXISTS incident_open_last_seen ON incident (last_seen) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS incident_rule ON incident (rule);
CREATE INDEX IF NOT EXISTS incident_host ON incident (host);
CREATE INDEX IF NOT EXISTS incident_namespace ON incident (namespace) WHERE namespace IS NOT NULL;
CREATE INDEX IF NOT EXISTS incident_closed_at ON incident (closed_at) WHERE state = 'closed';
CREATE INDEX IF NOT EXISTS incident_closed ON incident (last_received_at) WHERE state = 'closed';

CREATE TABLE IF NOT EXISTS tactic (
    incident_id TEXT NOT NULL REFERENCES incident ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (incident_id, name)
) STRICT, WITHOUT ROWID;

-- The causes that a folded incident counts, up to Incident.MAX_FOLDED_CAUSES. cause: the incident id of the cause, 12 bytes.
CREATE TABLE IF NOT EXISTS folded_cause (
    incident_id TEXT NOT NULL REFERENCES incident ON DELETE CASCADE,
    cause BLOB NOT NULL,
    PRIMARY KEY (incident_id, cause)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS doubt (
    incident_id TEXT NOT NULL REFERENCES incident ON DELETE CASCADE,
    text TEXT NOT NULL,
    PRIMARY KEY (incident_id, text)
) STRICT, WITHOUT ROWID;

-- number: from 1, separately for alerts of verified senders and for all others. stored_at: milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS sample (
    incident_id TEXT NOT NULL REFERENCES incident ON DELETE CASCADE,
    verified INTEGER NOT NULL,
    number INTEGER NOT NULL,
    document TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (incident_id, verified, number)
) STRICT;
CREATE INDEX IF NOT EXISTS sample_stored_at ON sample (stored_at);

-- The notification outbox: one row per subject and channel. subject: Subject.key(), e.g. incident/ID. incident_id: null for groups.
-- document: NotificationRecord as JSON.
-- Null unless a message is pending: urgency (0 is the most urgent), due, since (also null while it is silenced). Times: milliseconds since
-- the epoch.
CREATE TABLE IF NOT EXISTS notification (
    subject TEXT NOT NULL,
    channel TEXT NOT NULL,
    incident_id TEXT REFERENCES incident ON DELETE CASCADE,
    document TEXT NOT NULL,
    urgency INTEGER,
    due INTEGER,
    since INTEGER,
    revision INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (subject, channel)
) STRICT;
CREATE INDEX IF NOT EXISTS notification_due ON notification (channel, urgency, due, since) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS notification_incident ON notification (incident_id) WHERE incident_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS notification_changed_at ON notification (changed_at) WHERE incident_id IS NULL;

-- Incidents whose notifications must be planned. change: increases with every request, so that a request during planning is not lost.
-- urgency, sender, turn: see FairTurns. not_before: milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS notification_request (
    incident_id TEXT PRIMARY KEY REFERENCES incident ON DELETE CASCADE,
    change INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    urgency INTEGER NOT NULL DEFAULT 0,
    sender TEXT NOT NULL DEFAULT '',
    turn INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS notification_request_turn ON notification_request (urgency, turn, not_before);
CREATE INDEX IF NOT EXISTS notification_request_sender ON notification_request (urgency, sender, turn);
CREATE INDEX IF NOT EXISTS notification_request_due ON notification_request (urgency, not_before);

-- Acknowledgements of incidents. at: milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS acknowledgement (
    incident_id TEXT PRIMARY KEY REFERENCES incident ON DELETE CASCADE,
    episode INTEGER NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The persons that work on incidents. at: milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS assignment (
    incident_id TEXT PRIMARY KEY REFERENCES incident ON DELETE CASCADE,
    assignee TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Comments of operators. number: from 1. at: milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS comment (
    incident_id TEXT NOT NULL REFERENCES incident ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

-- Rejected documents. AlertInbox keeps the newest.
CREATE TABLE IF NOT EXISTS refused (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    received INTEGER NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;

-- Totals since the data directory was created, which no deletion lowers. name: rejected/CODE, or deleted_alerts: alerts of deleted incidents.
CREATE TABLE IF NOT EXISTS total (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS incident_deleted AFTER DELETE ON incident BEGIN INSERT INTO total (name, value) VALUES ('deleted_alerts', OLD.count) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value; END;

-- Health messages of sensors. received_at: milliseconds since the epoch. SqliteIncidentStore keeps the newest of verified senders, and of all others.
CREATE TABLE IF NOT EXISTS health (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    verified INTEGER NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;

-- Plans, caps and other state of responses, see SqliteStateStore. due: milliseconds since the epoch.
-- due_kind: release, retry or exposed, see StateStore. kept: 1 while a response is in force.
-- changed_at: milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS response_state (
    key TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    due_kind TEXT,
    due INTEGER,
    kept INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS response_state_changed_at ON response_state (changed_at) WHERE kept = 0;
CREATE INDEX IF NOT EXISTS response_state_due ON response_state (due_kind, due) WHERE due IS NOT NULL;

-- The response queue: one row per incident, with the last request and whether it is pending. urgency, sender, target, turn: see FairTurns.
CREATE TABLE IF NOT EXISTS response_request (
    incident_id TEXT PRIMARY KEY REFERENCES incident ON DELETE CASCADE,
    request_id TEXT NOT NULL,
    pending INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    urgency INTEGER NOT NULL DEFAULT 0,
    sender TEXT NOT NULL DEFAULT '',
    turn INTEGER NOT NULL DEFAULT 0,
    target TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS response_request_turn ON response_request (urgency, turn) WHERE pending = 1;
CREATE INDEX IF NOT EXISTS response_request_sender ON response_request (urgency, sender, turn) WHERE pending = 1;

-- The audit log: one chain of entries per incident, and the end of each chain. bucket: two hexadecimal digits, see AuditChain.
-- No row of audit ever changes.
CREATE TABLE IF NOT EXISTS audit (
    chain TEXT NOT NULL,
    number INTEGER NOT NULL,
    previous TEXT NOT NULL,
    line TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, number)
) STRICT;
CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TABLE IF NOT EXISTS audit_head (
    chain TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    number INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS audit_head_bucket ON audit_head (bucket, chain);
CREATE TRIGGER IF NOT EXISTS audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- Tokens that were used and cannot be used again. until: milliseconds since the epoch; older rows are deleted.
CREATE TABLE IF NOT EXISTS used_token (
    token TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS used_token_until ON used_token (until);

-- Groups of incidents that one message of a channel shows. dimension: RULE, HOST, CLUSTER or CHANNEL. since, joined_at: milliseconds
-- since the epoch. size: number of rows in group_member. priority: 0 is the most urgent.
CREATE TABLE IF NOT EXISTS incident_group (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    dimension TEXT NOT NULL,
    value TEXT NOT NULL,
    since INTEGER NOT NULL,
    size INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS incident_group_since ON incident_group (since);
CREATE TABLE IF NOT EXISTS group_member (
    group_id TEXT NOT NULL REFERENCES incident_group ON DELETE CASCADE,
    incident_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    workload TEXT NOT NULL,
    target TEXT NOT NULL,
    priority INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    count INTEGER NOT NULL,
    open INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (group_id, incident_id)
) STRICT, WITHOUT ROWID;

-- Which group an incident joined on which occasion.
CREATE TABLE IF NOT EXISTS group_assignment (
    incident_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    occasion TEXT NOT NULL,
    group_id TEXT NOT NULL REFERENCES incident_group ON DELETE CASCADE,
    PRIMARY KEY (incident_id, channel, occasion)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS group_assignment_group ON group_assignment (group_id);
