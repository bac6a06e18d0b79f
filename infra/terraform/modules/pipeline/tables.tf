# What each function may do in the tables. docs/functions.md shows it as a table, and a test compares it with the calls of the
# functions. No function may delete an item or change a table. Only the verification of the audit log may scan one. DynamoDB
# authorizes a transaction by its single operations.

locals {
  incidents_arn = aws_dynamodb_table.incidents.arn
  audit_arn     = aws_dynamodb_table.audit.arn

  # Attributes of an incident's item that several functions write. Names of keys are part of each request.
  item_keys        = ["pk", "sk"]
  closing          = ["state", "open", "count", "closed_at", "closed_by", "closed_until"]
  counting         = ["first", "last", "opened", "last_received", "priority", "tactics", "sampled", "sampled_verified", "verified_count", "enrichment", "doubts", "slot_verified", "folded_causes", "activity", "episode", "audited_episode", "escalation", "expires"]
  audit_entry      = ["previous", "line", "hash", "period", "time"]
  audit_head       = ["bucket", "number", "head"]
  group            = ["channel", "dimension", "value", "since", "size", "expires"]
  group_member     = ["rule", "workload", "target", "priority", "verified", "count", "is_open", "joined_at", "write", "size", "expires"]
  document         = ["version", "document", "write", "expires", "shard", "last"]
  incident_indexes = ["${local.incidents_arn}/index/by-last-seen", "${local.incidents_arn}/index/open-by-last-received"]

  read_incidents = { sid = "ReadIncidents", actions = ["dynamodb:GetItem", "dynamodb:Query"], resources = [local.incidents_arn], keys = ["incident#*"], attributes = [] }
  read_state     = { sid = "ReadResponseState", actions = ["dynamodb:GetItem", "dynamodb:BatchGetItem"], resources = [local.incidents_arn], keys = ["state#*"], attributes = [] }
  query_indexes  = { sid = "QueryIndexes", actions = ["dynamodb:Query"], resources = local.incident_indexes, keys = [], attributes = [] }
  # The open incidents of one cluster, rule and workload, which are limited.
  open_incidents = [
    { sid = "ReadOpenIncidents", actions = ["dynamodb:GetItem"], resources = [local.incidents_arn], keys = ["slots#*"], attributes = [] },
    { sid = "WriteOpenIncidents", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["slots#*"], attributes = concat(local.item_keys, ["verified", "unverified", "revision", "checked", "expires"]) },
  ]
  write_silences = { sid = "WriteSilences", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["state#silences", "state#silence-use/*"], attributes = concat(local.item_keys, local.document) }
  # Entries and heads have no attribute in common except their keys, so an update of a head cannot change an entry.
  append_audit = [
    { sid = "ReadAuditHeads", actions = ["dynamodb:GetItem"], resources = [local.audit_arn], keys = ["chain#*"], attributes = [] },
    { sid = "AppendAuditEntries", actions = ["dynamodb:PutItem"], resources = [local.audit_arn], keys = ["chain#*"], attributes = concat(local.item_keys, local.audit_entry) },
    { sid = "MoveAuditHeads", actions = ["dynamodb:UpdateItem"], resources = [local.audit_arn], keys = ["chain#*"], attributes = concat(local.item_keys, local.audit_head) },
  ]

  # What operators see. The indexes and a batch name no partition of the table, or several.
  read_for_operators = [
    { sid = "ReadIncidents", actions = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"], resources = [local.incidents_arn], keys = ["incident#*"], attributes = [] },
    { sid = "ReadCommentsAndNotifications", actions = ["dynamodb:Query"], resources = [local.incidents_arn], keys = ["comments#*", "notification#*"], attributes = [] },
    local.read_state,
    { sid = "QueryIncidents", actions = ["dynamodb:Query"], resources = ["${local.incidents_arn}/index/by-last-seen"], keys = [], attributes = [] },
    { sid = "ReadAuditLog", actions = ["dynamodb:Query"], resources = [local.audit_arn], keys = ["chain#*"], attributes = [] },
    { sid = "QueryAuditLogByTime", actions = ["dynamodb:Query"], resources = ["${local.audit_arn}/index/by-time"], keys = [], attributes = [] },
  ]

  # keys: prefixes of partition keys; empty for reads of indexes. attributes: those that a request may name; empty for all.
  table_permissions = {
    # enrich parses the input of untrusted senders.
    enrich = []
    deduplicate = concat([
      { sid = "ReadIncidentsOfBatch", actions = ["dynamodb:GetItem", "dynamodb:BatchGetItem"], resources = [local.incidents_arn], keys = ["incident#*"], attributes = [] },
      { sid = "ReadCountedAlerts", actions = ["dynamodb:Query", "dynamodb:GetItem"], resources = [local.incidents_arn], keys = ["counted#*", "alert#*"], attributes = [] },
      { sid = "ReadTargets", actions = ["dynamodb:GetItem"], resources = [local.incidents_arn], keys = ["state#target/*", "state#targets/*"], attributes = [] },
      { sid = "CountAlerts", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["counted#*", "alert#*", "incident#*", "health", "state#target/*", "state#targets/*"], attributes = [] },
      { sid = "ReadNodes", actions = ["dynamodb:GetItem", "dynamodb:BatchGetItem"], resources = [local.incidents_arn], keys = ["state#fleet/*"], attributes = [] },
      { sid = "WriteNodes", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["state#fleet/*"], attributes = concat(local.item_keys, local.document) },
      { sid = "UpdateIncidents", actions = ["dynamodb:UpdateItem"], resources = [local.incidents_arn], keys = ["incident#*"], attributes = concat(local.item_keys, local.closing, local.counting) },
    ], local.open_incidents, local.append_audit)
    respond = concat([
      local.read_incidents,
      local.read_state,
      local.query_indexes,
      {
        sid        = "WriteResponseState"
        actions    = ["dynamodb:PutItem"]
        resources  = [local.incidents_arn]
        keys       = [for name in ["plan/*", "step/*", "hold/*", "lease/*", "commands/*", "cap/*", "circuit-breaker", "circuit-breaker/*"] : "state#${name}"]
        attributes = concat(local.item_keys, local.document)
      },
    ], local.append_audit)
    notify = [
      local.read_incidents,
      local.read_state,
      local.query_indexes,
      # In partitions of their own, so that notify cannot replace or expire an incident.
      { sid = "ReadNotifications", actions = ["dynamodb:GetItem", "dynamodb:Query"], resources = [local.incidents_arn], keys = ["notification#*", "group#*", "group-of#*"], attributes = [] },
      { sid = "WriteNotifications", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["notification#*"], attributes = concat(local.item_keys, local.document, ["pending_since"]) },
      { sid = "CreateGroups", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["group#*"], attributes = concat(local.item_keys, local.group) },
      { sid = "CountIncidentsInGroups", actions = ["dynamodb:UpdateItem"], resources = [local.incidents_arn], keys = ["group#*", "group-of#*"], attributes = concat(local.item_keys, local.group_member, ["group"]) },
      { sid = "WriteChannelState", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["state#channel-start/*", "state#channel-pace/*", "state#channel-window/*", "state#notification-repair", "state#silence-use/*"], attributes = concat(local.item_keys, local.document) },
    ]
    sweep = concat([
      local.read_incidents,
      local.read_state,
      local.query_indexes,
      { sid = "CloseQuietIncidents", actions = ["dynamodb:UpdateItem"], resources = [local.incidents_arn], keys = ["incident#*"], attributes = concat(local.item_keys, local.closing) },
      { sid = "WriteProgress", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["state#audit/*", "state#incident-closing", "state#fleet/*"], attributes = concat(local.item_keys, local.document) },
      local.write_silences,
      # Verification reads the whole audit table. A scan names no key.
      { sid = "VerifyAuditLog", actions = ["dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:Query"], resources = [local.audit_arn, "${local.audit_arn}/index/by-bucket"], keys = [], attributes = [] },
    ], local.open_incidents, local.append_audit)
    interact = concat([
      local.read_incidents,
      local.read_state,
      { sid = "AcknowledgeAndCloseIncidents", actions = ["dynamodb:UpdateItem"], resources = [local.incidents_arn], keys = ["incident#*"], attributes = concat(local.item_keys, local.closing, ["acknowledgement"]) },
      { sid = "FindReplays", actions = ["dynamodb:GetItem"], resources = [local.incidents_arn], keys = ["used_token#*"], attributes = [] },
      { sid = "WriteOperatorCommands", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["used_token#*", "state#commands/*"], attributes = concat(local.item_keys, local.document) },
      local.write_silences,
    ], local.open_incidents, local.append_audit)
    operate = concat(local.read_for_operators, [
      { sid = "UpdateIncidentsForOperators", actions = ["dynamodb:UpdateItem"], resources = [local.incidents_arn], keys = ["incident#*"], attributes = concat(local.item_keys, local.closing, ["acknowledgement", "assignment", "comments", "last_comment"]) },
      # In partitions of their own, so that a comment cannot replace an incident.
      { sid = "WriteComments", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["comments#*"], attributes = concat(local.item_keys, ["at", "by", "text", "expires"]) },
      { sid = "WriteOperatorCommands", actions = ["dynamodb:PutItem"], resources = [local.incidents_arn], keys = ["state#commands/*", "state#kill-switch"], attributes = concat(local.item_keys, local.document) },
      local.write_silences,
    ], local.open_incidents, local.append_audit)
    operate-read = local.read_for_operators
  }
}

# An operator on all values of a key is also true if the request has no such key. Therefore each is combined with a check that it has.
data "aws_iam_policy_document" "tables" {
  for_each = { for name in local.function_names : name => local.table_permissions[name] if length(local.table_permissions[name]) > 0 }

  dynamic "statement" {
    for_each = each.value
    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = concat(
          length(statement.value.keys) == 0 ? [] : [
            { test = "ForAllValues:StringLike", variable = "dynamodb:LeadingKeys", values = statement.value.keys },
            { test = "Null", variable = "dynamodb:LeadingKeys", values = ["false"] },
          ],
          length(statement.value.attributes) == 0 ? [] : [
            { test = "ForAllValues:StringEquals", variable = "dynamodb:Attributes", values = distinct(statement.value.attributes) },
            { test = "Null", variable = "dynamodb:Attributes", values = ["false"] },
          ],
        )
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}
