# Sensors send alerts to one queue. enrich adds facts to each alert. deduplicate counts it in its incident, in one table, and
# publishes two messages: one to respond, which plans and acts, and one to notify, which plans and sends notifications. Each of these four
# functions has a queue of its own for what unverified senders cause, so that verified senders never wait for them: enrich moves their
# alerts to its second queue before it looks anything up. notify also runs once a minute, and delivers and repairs pending notifications.
# sweep runs once a minute, releases expired responses and closes quiet incidents. interact handles buttons in Slack and webhooks of
# PagerDuty, if channels are configured. Operators invoke operate, or
# operate-read, with their own IAM permissions. A message that a function
# cannot process returns to its queue, and after five attempts moves to the dead-letter queue. A message that can never be
# processed moves there at once, with the reason. No message is dropped.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region
  tags      = merge({ Application = "tiercel", Pipeline = var.name }, var.tags)

  interactive = var.notifications.channels != null
  # Separate from the functions, because roles and log groups must exist before a function does.
  function_names = toset(concat(
    ["enrich", "deduplicate", "respond", "notify", "sweep", "operate", "operate-read"],
    local.interactive ? ["interact"] : [],
  ))
  functions = { for name, function in local.all_functions : name => function if contains(local.function_names, name) }
  all_functions = {
    enrich = {
      description = "Validates alerts and adds facts about them"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT                = "enrich"
          TIERCEL_ENRICH_UNVERIFIED_QUEUE_URL = aws_sqs_queue.queue["alerts${local.unverified_suffix}"].url
          TIERCEL_REFUSED_QUEUE_URL           = aws_sqs_queue.dead_letters["alerts"].url
        },
        local.enriched_queues,
        local.enrichment_sources,
        local.identity,
        local.incident_rules,
        local.enrichment,
        local.privacy,
      )
      policy = data.aws_iam_policy_document.enrich.json
    }
    deduplicate = {
      description = "Counts alerts in incidents"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT      = "deduplicate"
          TIERCEL_TABLE             = aws_dynamodb_table.incidents.name
          TIERCEL_AUDIT_TABLE       = aws_dynamodb_table.audit.name
          TIERCEL_REFUSED_QUEUE_URL = aws_sqs_queue.dead_letters["enriched"].url
        },
        local.incident_queues,
        local.incident_rules,
        local.privacy,
      )
      policy = data.aws_iam_policy_document.deduplicate.json
    }
    respond = {
      description = "Plans and carries out responses to incidents"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT = "respond"
          TIERCEL_TABLE        = aws_dynamodb_table.incidents.name
          TIERCEL_AUDIT_TABLE  = aws_dynamodb_table.audit.name
          TIERCEL_KILL_SWITCH  = aws_ssm_parameter.kill_switch.name
        },
        local.incident_queues,
        local.response_settings,
        local.policies,
        local.privacy,
      )
      policy = data.aws_iam_policy_document.respond.json
    }
    notify = {
      description = "Plans and sends notifications about incidents"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT      = "notify"
          TIERCEL_TABLE             = aws_dynamodb_table.incidents.name
          TIERCEL_NOTIFY_QUEUE_URL  = aws_sqs_queue.queue["notifications"].url
          TIERCEL_REFUSED_QUEUE_URL = aws_sqs_queue.dead_letters["notifications"].url
          TIERCEL_NOTIFY_TIMEOUT    = tostring(local.limits["notify"].timeout_s)
          TIERCEL_METRICS_NAMESPACE = "Tiercel/${var.name}"
        },
        local.slack,
        local.channels,
        # A notification previews the plan before respond has processed the incident.
        local.policies,
        local.privacy,
      )
      policy = data.aws_iam_policy_document.notify.json
    }
    sweep = {
      description = "Releases expired responses and closes quiet incidents"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT  = "sweep"
          TIERCEL_TABLE         = aws_dynamodb_table.incidents.name
          TIERCEL_AUDIT_TABLE   = aws_dynamodb_table.audit.name
          TIERCEL_AUDIT_ANCHORS = local.anchors
        },
        local.enriched_queues,
        local.incident_queues,
        local.incident_rules,
        local.privacy,
      )
      policy = data.aws_iam_policy_document.sweep.json
    }
    interact = {
      description = "Handles buttons in Slack and webhooks of PagerDuty"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT = "interact"
          TIERCEL_TABLE        = aws_dynamodb_table.incidents.name
          TIERCEL_AUDIT_TABLE  = aws_dynamodb_table.audit.name
          TIERCEL_KILL_SWITCH  = aws_ssm_parameter.kill_switch.name
        },
        local.incident_queues,
        local.channels,
        # An approval requires that the policies still request the step.
        local.policies,
        local.privacy,
      )
      policy = data.aws_iam_policy_document.interact.json
    }
    operate = {
      description = "Operations of operators who respond to incidents"
      environment = merge(
        {
          TIERCEL_OPERATE_ROLE = "responder"
          TIERCEL_TABLE        = aws_dynamodb_table.incidents.name
          TIERCEL_AUDIT_TABLE  = aws_dynamodb_table.audit.name
          TIERCEL_KILL_SWITCH  = aws_ssm_parameter.kill_switch.name
        },
        local.incident_queues,
        local.policies,
        local.privacy,
      )
      policy = data.aws_iam_policy_document.operate.json
    }
    # The same code without a permission to write, for operators who only look.
    operate-read = {
      description = "Operations of operators who only read"
      environment = merge(
        {
          TIERCEL_OPERATE_ROLE = "viewer"
          TIERCEL_TABLE        = aws_dynamodb_table.incidents.name
          TIERCEL_AUDIT_TABLE  = aws_dynamodb_table.audit.name
          TIERCEL_KILL_SWITCH  = aws_ssm_parameter.kill_switch.name
        },
        local.policies,
        local.privacy,
      )
      policy = data.aws_iam_policy_document.operate-read.json
    }
  }

  # The consumers of the queues, most of them named after their function. FIFO queues are read one message at a time: a message of notify
  # may occupy its invocation until the timeout, and no other message waits for it.
  consumers = {
    enrich            = { function = "enrich", queue = "alerts", batch_size = 10, window_s = 0, max_concurrency = local.concurrency["enrich"] }
    enrich-unverified = { function = "enrich", queue = "alerts-unverified", batch_size = 10, window_s = 0, max_concurrency = local.unverified_concurrency["enrich"] }
    # One transaction counts all alerts of a batch with the same rule, so that large batches cost much less.
    deduplicate            = { function = "deduplicate", queue = "enriched", batch_size = var.batches.size, window_s = var.batches.window_s, max_concurrency = local.concurrency["deduplicate"] }
    deduplicate-unverified = { function = "deduplicate", queue = "enriched-unverified", batch_size = var.batches.size, window_s = var.batches.window_s, max_concurrency = local.unverified_concurrency["deduplicate"] }
    respond                = { function = "respond", queue = "responses", batch_size = 1, window_s = 0, max_concurrency = local.concurrency["respond"] }
    respond-urgent         = { function = "respond", queue = "responses-urgent", batch_size = 1, window_s = 0, max_concurrency = local.concurrency["respond"] }
    respond-unverified     = { function = "respond", queue = "responses-unverified", batch_size = 1, window_s = 0, max_concurrency = local.unverified_concurrency["respond"] }
    notify                 = { function = "notify", queue = "notifications", batch_size = 1, window_s = 0, max_concurrency = local.concurrency["notify"] }
    notify-unverified      = { function = "notify", queue = "notifications-unverified", batch_size = 1, window_s = 0, max_concurrency = local.unverified_concurrency["notify"] }
  }
  concurrency = { for name in ["enrich", "deduplicate", "respond", "notify"] : name => coalesce(try(var.function_limits[name].max_concurrency, null), var.limits.max_concurrency) }
  # A fifth, but at least the minimum of SQS: responses to alerts of unverified senders cannot act without an approval anyway.
  unverified_concurrency = { for name, concurrency in local.concurrency : name => max(2, floor(concurrency / 5)) }
  # deduplicate takes a batch at once, and operate a request as it is. The other functions take one message after the other.
  handlers    = { deduplicate = "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest", operate = "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest", operate-read = "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest" }
  consumer_of = { for consumer in local.consumers : consumer.queue => consumer.function }
  # Minimums of the common timeout, in seconds. respond may run a step for 45 seconds, and then at least one more. notify waits for slow
  # channels. sweep also anchors and verifies the audit log.
  min_timeouts_s = { respond = 120, notify = 60, sweep = 60 }
  # A function's own limit overrides the common one.
  limits = { for name in local.function_names : name => {
    memory_mb = coalesce(try(var.function_limits[name].memory_mb, null), var.limits.memory_mb)
    timeout_s = coalesce(try(var.function_limits[name].timeout_s, null), max(var.limits.timeout_s, lookup(local.min_timeouts_s, name, 0)))
  } }
}
