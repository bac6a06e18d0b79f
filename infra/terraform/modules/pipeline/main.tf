# Alerts enter by one queue. enrich reads each and asks about it; deduplicate counts it in its incident, in one table, and
# rings two bells: a message to respond, which plans and acts, and one to notify, which tells people. notify also looks once a
# minute for what is still owed, so a message that was lost, or that a channel did not take, is made up for. sweep does once a
# minute what time alone brings. interact takes what people press in Slack and PagerDuty, if these are configured. What a function cannot handle goes back to its queue and after five attempts to the
# dead-letter queue; what can never be handled goes there at once, with the reason: nothing is dropped.

locals {
  function_zip = coalesce(var.function_zip, "${path.module}/../../functions/aws/target/function.zip")
  tags = {
    Application = "tiercel"
    Pipeline    = var.name
  }

  # Known before the functions are: their roles and log groups are part of what a function is made from.
  function_names = toset(concat(
    ["enrich", "deduplicate", "respond", "notify", "sweep"],
    var.notifications_secret_arn == null ? [] : ["interact"],
  ))
  functions = { for name, function in local.all_functions : name => function if contains(local.function_names, name) }
  all_functions = {
    enrich = {
      description = "Reads alerts and asks about them"
      environment = {
        QUARKUS_FUNQY_EXPORT          = "enrich"
        TIERCEL_TABLE                 = aws_dynamodb_table.incidents.name
        TIERCEL_DEDUPLICATE_QUEUE_URL = aws_sqs_queue.queue["enriched"].url
        TIERCEL_REFUSED_QUEUE_URL     = aws_sqs_queue.dead_letters["alerts"].url
      }
      policy = data.aws_iam_policy_document.enrich.json
    }
    deduplicate = {
      description = "Counts alerts in incidents"
      environment = {
        QUARKUS_FUNQY_EXPORT      = "deduplicate"
        TIERCEL_TABLE             = aws_dynamodb_table.incidents.name
        TIERCEL_RESPOND_QUEUE_URL = aws_sqs_queue.queue["responses"].url
        TIERCEL_NOTIFY_QUEUE_URL  = aws_sqs_queue.queue["announcements"].url
        TIERCEL_REFUSED_QUEUE_URL = aws_sqs_queue.dead_letters["enriched"].url
      }
      policy = data.aws_iam_policy_document.deduplicate.json
    }
    respond = {
      description = "Plans and acts on incidents"
      environment = {
        QUARKUS_FUNQY_EXPORT      = "respond"
        TIERCEL_TABLE             = aws_dynamodb_table.incidents.name
        TIERCEL_RESPOND_QUEUE_URL = aws_sqs_queue.queue["responses"].url
        TIERCEL_NOTIFY_QUEUE_URL  = aws_sqs_queue.queue["announcements"].url
      }
      policy = data.aws_iam_policy_document.respond.json
    }
    notify = {
      description = "Tells people about incidents"
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT = "notify"
          TIERCEL_TABLE        = aws_dynamodb_table.incidents.name
        },
        var.slack_secret_arn == null ? {} : { TIERCEL_SLACK_SECRET = var.slack_secret_arn },
        local.notifications,
      )
      policy = data.aws_iam_policy_document.notify.json
    }
    sweep = {
      description = "Releases what was held long enough, closes what is quiet"
      environment = {
        QUARKUS_FUNQY_EXPORT      = "sweep"
        TIERCEL_TABLE             = aws_dynamodb_table.incidents.name
        TIERCEL_RESPOND_QUEUE_URL = aws_sqs_queue.queue["responses"].url
        TIERCEL_NOTIFY_QUEUE_URL  = aws_sqs_queue.queue["announcements"].url
      }
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
        local.notifications,
      )
      policy = data.aws_iam_policy_document.interact.json
    }
  }

  notifications = var.notifications_secret_arn == null ? {} : { TIERCEL_NOTIFICATIONS = "secret:${var.notifications_secret_arn}" }
  # The file of channels, and what it refers to.
  notification_secrets = concat(
    var.notifications_secret_arn == null ? [] : [var.notifications_secret_arn],
    var.channel_secret_arns,
  )

  # Who takes from which queue, and how many at once. One message a call where the queue keeps an order.
  readers = {
    enrich      = { queue = "alerts", batch_size = 10 }
    deduplicate = { queue = "enriched", batch_size = 10 }
    respond     = { queue = "responses", batch_size = 1 }
    notify      = { queue = "announcements", batch_size = 1 }
  }
}
