# Alarms and a dashboard. Each alarm's description says what to check.

data "aws_region" "current" {}

locals {
  topics    = var.topic_arn == null ? [] : [var.topic_arn]
  namespace = "Tiercel/${var.name}"

  # Lines in the logs of functions that trigger an alarm. functions: those that log it. value: what the metric counts. At least
  # one in each of the given periods in a row triggers the alarm, or less if "less" is true.
  log_lines = {
    # sweep logs it once a minute while a response is overdue.
    responses-overdue = {
      description = "Responses have been due for more than ten minutes. Check the logs of sweep and respond, and the kill switch."
      functions   = ["sweep"]
      pattern     = "\"responses overdue:\""
      value       = "1"
      metric      = "ResponsesOverdue"
      statistic   = "Sum"
      period_s    = 300
      periods     = 2
      less        = false
      missing     = "notBreaching"
    }
    # sweep logs the number of interfaces in an all-open security group in every run, and respond if it leaves one there. Without new
    # lines the alarm keeps its state: if sweep fails while an interface is exposed, it stays exposed.
    responses-exposed = {
      description = "ec2:isolate could not move an interface out of its all-open security group, so anybody can reach it. Check the logs of respond and sweep. To act by hand, give the interface another security group."
      functions   = ["respond", "sweep"]
      pattern     = "[..., first = \"responses\", second = \"exposed:\", number]"
      value       = "$number"
      metric      = "ResponsesExposed"
      statistic   = "Maximum"
      period_s    = 60
      periods     = 1
      less        = false
      missing     = "ignore"
    }
    # sweep logs it when the verification of the audit log finds a change.
    audit-broken = {
      description = "The audit log was changed after it was written. The log of sweep names the incident and the entry; docs/audit.md explains what to do."
      functions   = ["sweep"]
      pattern     = "\"audit log BROKEN\""
      value       = "1"
      metric      = "AuditLogBroken"
      statistic   = "Sum"
      period_s    = 300
      periods     = 1
      less        = false
      missing     = "notBreaching"
    }
    # sweep logs it when it has written an anchor, once an hour. Missing data also triggers the alarm, because then sweep does not run.
    anchors-missing = {
      description = "sweep has not anchored the audit log for three hours, or does not run. Later changes of the audit log could remain undetected. Check the log and the schedule of sweep."
      functions   = ["sweep"]
      pattern     = "\"audit anchor\" \": root\""
      value       = "1"
      metric      = "AuditLogAnchored"
      statistic   = "Sum"
      period_s    = 3600
      periods     = 3
      less        = true
      missing     = "breaching"
    }
    # enrich logs it for each alert whose sender presented a credential that it could not verify. Senders without a credential, such
    # as Falco, do not count.
    senders-unverified = {
      description = "Credentials of senders cannot be verified, so responses to their alerts wait for approval. The reason is in the log of enrich; docs/identity.md explains it."
      functions   = ["enrich"]
      pattern     = "\"sender not verified\""
      value       = "1"
      metric      = "SendersUnverified"
      statistic   = "Sum"
      period_s    = 300
      periods     = 2
      less        = false
      missing     = "notBreaching"
    }
    # enrich logs it for each alert that contradicts the credential of its sender.
    sender-mismatch = {
      description = "A sensor claims another node, pod or instance than its credential proves. Its node may be compromised: see the incident \"Sensor claims another node\"."
      functions   = ["enrich"]
      pattern     = "\"sender mismatch:\""
      value       = "1"
      metric      = "SenderMismatches"
      statistic   = "Sum"
      period_s    = 300
      periods     = 1
      less        = false
      missing     = "notBreaching"
    }
  }

  # Metrics that notify writes to its log in CloudWatch's embedded metric format: without a dimension, and by Channel.
  notification_alarms = {
    notifications-given-up = {
      description = "A channel did not accept a notification in twelve attempts, or rejected it, so nobody has received it. The log of notify names the channel, and its incident shows the reason. The next change of the incident is sent again."
      metric      = "NotificationsGivenUp"
      statistic   = "Sum"
      threshold   = 0
      period_s    = 300
      periods     = 1
    }
    notifications-pending = {
      description = "A notification has been pending for more than 15 minutes. Its channel is down, too slow, or throttles. The metric NotificationOldestPendingSeconds names it in its dimension Channel."
      metric      = "NotificationOldestPendingSeconds"
      statistic   = "Maximum"
      threshold   = 900
      period_s    = 60
      periods     = 3
    }
  }

  alarms = merge(
    { for queue, name in var.dead_letter_queues : "${queue}-dead" => {
      description = "Messages of the ${queue} queue failed and are in ${name}. Check the function's log, fix the cause, and start a redrive."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = name }
      statistic   = "Maximum"
      threshold   = 0
      period_s    = 60
      periods     = 1
      comparison  = "GreaterThanThreshold"
      # Unused queues and functions publish no metrics.
      missing = "notBreaching"
    } },
    { for queue, name in var.queues : "${queue}-late" => {
      description = "The oldest message in ${name} is older than ${var.max_message_age_s} seconds. Its function fails, is throttled, or has too little concurrency (settings.max_concurrency)."
      namespace   = "AWS/SQS"
      metric      = "ApproximateAgeOfOldestMessage"
      dimensions  = { QueueName = name }
      statistic   = "Maximum"
      threshold   = var.max_message_age_s
      period_s    = 60
      periods     = 3
      comparison  = "GreaterThanThreshold"
      # Unused queues and functions publish no metrics.
      missing = "notBreaching"
    } },
    { for function, name in var.functions : "${function}-errors" => {
      description = "${name} fails or times out. Check its log."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = { FunctionName = name }
      statistic   = "Sum"
      threshold   = 0
      period_s    = 300
      periods     = 2
      comparison  = "GreaterThanThreshold"
      # Unused queues and functions publish no metrics.
      missing = "notBreaching"
    } },
    { for function, name in var.functions : "${function}-throttled" => {
      description = "${name} is throttled because the account has too little concurrency. Raise the quota, or lower settings.max_concurrency. Throttled calls of interact may also come from anybody who knows its URL: they use up its reserved concurrency, and buttons fail."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = { FunctionName = name }
      statistic   = "Sum"
      threshold   = 0
      period_s    = 300
      periods     = 2
      comparison  = "GreaterThanThreshold"
      # Unused queues and functions publish no metrics.
      missing = "notBreaching"
    } },
    { for name, alarm in local.notification_alarms : name => {
      description = alarm.description
      namespace   = local.namespace
      metric      = alarm.metric
      dimensions  = {}
      statistic   = alarm.statistic
      threshold   = alarm.threshold
      period_s    = alarm.period_s
      periods     = alarm.periods
      comparison  = "GreaterThanThreshold"
      # A run without a channel writes no metric. If notify does not run, notify-errors and notifications-late are raised.
      missing = "notBreaching"
    } },
    { for name, line in local.log_lines : name => {
      description = line.description
      namespace   = local.namespace
      metric      = line.metric
      dimensions  = {}
      statistic   = line.statistic
      threshold   = line.less ? 1 : 0
      period_s    = line.period_s
      periods     = line.periods
      comparison  = line.less ? "LessThanThreshold" : "GreaterThanThreshold"
      missing     = line.missing
    } },
  )
}

# Reads the log lines. A line without such a text counts as 0, except where the lines contain the value: a run of sweep that fails
# before it logs the value must not reset the alarm.
resource "aws_cloudwatch_log_metric_filter" "log_line" {
  for_each = merge([for name, line in local.log_lines : { for function in line.functions : "${name}-${function}" => merge(line, { function = function }) }]...)

  name           = "${var.name}-${each.key}"
  log_group_name = var.log_groups[each.value.function]
  pattern        = each.value.pattern

  metric_transformation {
    name          = each.value.metric
    namespace     = local.namespace
    value         = each.value.value
    default_value = each.value.value == "1" ? "0" : null
    unit          = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "alarm" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.value.period_s
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = local.topics
  ok_actions          = local.topics
  tags                = var.tags
}

locals {
  graphs = [
    {
      title = "Messages visible"
      metrics = [for queue, name in var.queues :
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name, { label = queue, stat = "Maximum" }]
      ]
    },
    {
      title = "Age of the oldest message (s)"
      metrics = [for queue, name in var.queues :
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name, { label = queue, stat = "Maximum" }]
      ]
    },
    {
      title = "Messages in dead-letter queues"
      metrics = [for queue, name in var.dead_letter_queues :
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name, { label = queue, stat = "Maximum" }]
      ]
    },
    {
      title = "Invocations"
      metrics = [for function, name in var.functions :
        ["AWS/Lambda", "Invocations", "FunctionName", name, { label = function, stat = "Sum" }]
      ]
    },
    {
      title = "Errors and throttles"
      metrics = flatten([for function, name in var.functions : [for metric in ["Errors", "Throttles"] :
        { list = ["AWS/Lambda", metric, "FunctionName", name, { label = "${function} ${metric}", stat = "Sum" }] }
      ]])[*].list
    },
    {
      title = "Duration, p99 (ms)"
      metrics = [for function, name in var.functions :
        ["AWS/Lambda", "Duration", "FunctionName", name, { label = function, stat = "p99" }]
      ]
    },
    {
      title   = "Log lines with an alarm"
      metrics = [for name, line in local.log_lines : [local.namespace, line.metric, { label = name, stat = line.statistic }]]
    },
    {
      title = "Notifications"
      metrics = [for metric in ["NotificationsDelivered", "NotificationsFailed", "NotificationsGivenUp", "NotificationsPending"] :
        [local.namespace, metric, { label = metric, stat = "Sum" }]
      ]
    },
    {
      title   = "Oldest pending notification (s)"
      metrics = [[local.namespace, "NotificationOldestPendingSeconds", { label = "all channels", stat = "Maximum" }]]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "pipeline" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type   = "alarm"
        x      = 0
        y      = 0
        width  = 24
        height = 4
        properties = {
          title  = "Alarms"
          alarms = [for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.arn]
        }
      }],
      [for number, graph in local.graphs : {
        type   = "metric"
        x      = 8 * (number % 3)
        y      = 4 + 6 * floor(number / 3)
        width  = 8
        height = 6
        properties = {
          title   = graph.title
          region  = data.aws_region.current.region
          period  = 60
          view    = "timeSeries"
          metrics = graph.metrics
        }
      }],
    )
  })
}
