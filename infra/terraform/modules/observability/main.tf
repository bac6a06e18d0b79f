# Alarms and a dashboard. Each alarm's description says what to check.

data "aws_region" "current" {}

locals {
  topics    = var.topic_arn == null ? [] : [var.topic_arn]
  namespace = "Tiercel/${var.name}"

  # Lines in the logs of functions that trigger an alarm. periods: 5-minute periods in a row with such a line.
  log_lines = {
    # sweep logs it once a minute while a response is overdue.
    responses-overdue = {
      description = "Responses have been due for more than ten minutes. Check the logs of sweep and respond, and the kill switch."
      function    = "sweep"
      pattern     = "\"responses overdue:\""
      metric      = "ResponsesOverdue"
      periods     = 2
    }
    # enrich logs it for each alert whose sender presented a credential that it could not verify. Senders without a credential, such
    # as Falco, do not count.
    senders-unverified = {
      description = "Credentials of senders cannot be verified, so responses to their alerts wait for approval. The reason is in the log of enrich; docs/identity.md explains it."
      function    = "enrich"
      pattern     = "\"sender not verified\""
      metric      = "SendersUnverified"
      periods     = 2
    }
    # enrich logs it for each alert that contradicts the credential of its sender.
    sender-mismatch = {
      description = "A sensor claims another node, pod or instance than its credential proves. Its node may be compromised: see the incident \"Sensor claims another node\"."
      function    = "enrich"
      pattern     = "\"sender mismatch:\""
      metric      = "SenderMismatches"
      periods     = 1
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
    } },
    { for function, name in var.functions : "${function}-throttled" => {
      description = "${name} is throttled because the account has too little concurrency. Raise the quota, or lower settings.max_concurrency."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = { FunctionName = name }
      statistic   = "Sum"
      threshold   = 0
      period_s    = 300
      periods     = 2
    } },
    { for name, line in local.log_lines : name => {
      description = line.description
      namespace   = local.namespace
      metric      = line.metric
      dimensions  = {}
      statistic   = "Sum"
      threshold   = 0
      period_s    = 300
      periods     = line.periods
    } },
  )
}

# Counts the log lines.
resource "aws_cloudwatch_log_metric_filter" "log_line" {
  for_each = local.log_lines

  name           = "${var.name}-${each.key}"
  log_group_name = var.log_groups[each.value.function]
  pattern        = each.value.pattern

  metric_transformation {
    name          = each.value.metric
    namespace     = local.namespace
    value         = "1"
    default_value = "0"
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
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = each.value.period_s
  evaluation_periods  = each.value.periods
  # Unused queues and functions publish no metrics.
  treat_missing_data = "notBreaching"
  alarm_actions      = local.topics
  ok_actions         = local.topics
  tags               = var.tags
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
      metrics = [for name, line in local.log_lines : [local.namespace, line.metric, { label = name, stat = "Sum" }]]
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
