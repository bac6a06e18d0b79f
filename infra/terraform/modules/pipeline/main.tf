# Alerts enter by one queue. enrich reads each and asks about it; deduplicate counts it in its incident, in one table, and
# rings two bells: a message to respond, which plans and acts, and one to notify, which tells people. notify also looks once a
# minute for what is still owed, so a message that was lost, or that a channel did not take, is made up for. sweep does once a
# minute what time alone brings. interact takes what people press in Slack and PagerDuty, if these are configured. What a
# function cannot handle goes back to its queue and after five attempts to the dead-letter queue; what can never be handled
# goes there at once, with the reason: nothing is dropped.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region
  tags      = merge({ Application = "tiercel", Pipeline = var.name }, var.tags)

  interactive = var.notifications.channels != null
  # Known before the functions are: their roles and log groups are part of what a function is made from.
  function_names = toset(concat(
    ["enrich", "deduplicate", "respond", "notify", "sweep"],
    local.interactive ? ["interact"] : [],
  ))
  functions = { for name, function in local.all_functions : name => function if contains(local.function_names, name) }
  all_functions = {
    enrich = {
      description = "Reads alerts and asks about them"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT          = "enrich"
          TIERCEL_TABLE                 = aws_dynamodb_table.incidents.name
          TIERCEL_DEDUPLICATE_QUEUE_URL = aws_sqs_queue.queue["enriched"].url
          TIERCEL_REFUSED_QUEUE_URL     = aws_sqs_queue.dead_letters["alerts"].url
        },
        local.asking,
        local.incident_rules,
        local.enrichment,
      )
      policy = data.aws_iam_policy_document.enrich.json
    }
    deduplicate = {
      description = "Counts alerts in incidents"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT      = "deduplicate"
          TIERCEL_TABLE             = aws_dynamodb_table.incidents.name
          TIERCEL_RESPOND_QUEUE_URL = aws_sqs_queue.queue["responses"].url
          TIERCEL_NOTIFY_QUEUE_URL  = aws_sqs_queue.queue["announcements"].url
          TIERCEL_REFUSED_QUEUE_URL = aws_sqs_queue.dead_letters["enriched"].url
        },
        local.incident_rules,
      )
      policy = data.aws_iam_policy_document.deduplicate.json
    }
    respond = {
      description = "Plans and acts on incidents"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT      = "respond"
          TIERCEL_TABLE             = aws_dynamodb_table.incidents.name
          TIERCEL_RESPOND_QUEUE_URL = aws_sqs_queue.queue["responses"].url
          TIERCEL_NOTIFY_QUEUE_URL  = aws_sqs_queue.queue["announcements"].url
          TIERCEL_KILL_SWITCH       = aws_ssm_parameter.kill_switch.name
        },
        local.acting,
        local.policies,
      )
      policy = data.aws_iam_policy_document.respond.json
    }
    notify = {
      description = "Tells people about incidents"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT = "notify"
          TIERCEL_TABLE        = aws_dynamodb_table.incidents.name
        },
        local.slack,
        local.channels,
        # A message shows the plan before respond has looked at the incident.
        local.policies,
      )
      policy = data.aws_iam_policy_document.notify.json
    }
    sweep = {
      description = "Releases what was held long enough, closes what is quiet"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT      = "sweep"
          TIERCEL_TABLE             = aws_dynamodb_table.incidents.name
          TIERCEL_RESPOND_QUEUE_URL = aws_sqs_queue.queue["responses"].url
          TIERCEL_NOTIFY_QUEUE_URL  = aws_sqs_queue.queue["announcements"].url
        },
        local.incident_rules,
      )
      policy = data.aws_iam_policy_document.sweep.json
    }
    interact = {
      description = "Takes what people press in Slack and PagerDuty"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT      = "interact"
          TIERCEL_TABLE             = aws_dynamodb_table.incidents.name
          TIERCEL_RESPOND_QUEUE_URL = aws_sqs_queue.queue["responses"].url
          TIERCEL_NOTIFY_QUEUE_URL  = aws_sqs_queue.queue["announcements"].url
        },
        local.channels,
      )
      policy = data.aws_iam_policy_document.interact.json
    }
  }

  # Who takes from which queue, and how many at once. One message a call where the queue keeps an order.
  readers = {
    enrich      = { queue = "alerts", batch_size = 10 }
    deduplicate = { queue = "enriched", batch_size = 10 }
    respond     = { queue = "responses", batch_size = 1 }
    notify      = { queue = "announcements", batch_size = 1 }
  }
  reader_of = { for name, reader in local.readers : reader.queue => name }
  # What a function has of its own goes before what all have.
  limits = { for name in local.function_names : name => {
    memory_mb = coalesce(try(var.function_limits[name].memory_mb, null), var.limits.memory_mb)
    timeout_s = coalesce(try(var.function_limits[name].timeout_s, null), var.limits.timeout_s)
  } }
}
