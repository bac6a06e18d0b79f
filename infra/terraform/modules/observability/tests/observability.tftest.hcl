mock_provider "aws" {
  mock_data "aws_region" {
    defaults = {
      region = "eu-west-1"
    }
  }
  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = {
      arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:mock"
    }
  }
}

variables {
  name               = "tiercel"
  queues             = { alerts = "tiercel-alerts" }
  dead_letter_queues = { alerts = "tiercel-alerts-dead", schedules = "tiercel-schedules-dead" }
  functions          = { enrich = "tiercel-enrich", sweep = "tiercel-sweep" }
  log_groups         = { enrich = "/aws/lambda/tiercel-enrich", sweep = "/aws/lambda/tiercel-sweep" }
}

run "alarms_cover_queues_functions_and_responses" {
  command = apply

  assert {
    condition = toset(output.alarm_names) == toset([
      "tiercel-alerts-dead", "tiercel-schedules-dead", "tiercel-alerts-late", "tiercel-enrich-errors", "tiercel-sweep-errors",
      "tiercel-enrich-throttled", "tiercel-sweep-throttled", "tiercel-responses-overdue", "tiercel-senders-unverified", "tiercel-sender-mismatch",
    ])
    error_message = "The set of alarms differs."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.alarm : length(alarm.alarm_actions) == 0 && alarm.treat_missing_data == "notBreaching"])
    error_message = "Without a topic there must be no actions, and missing data must not trigger an alarm."
  }
  assert {
    condition     = { for name, filter in aws_cloudwatch_log_metric_filter.log_line : name => filter.log_group_name } == { responses-overdue = "/aws/lambda/tiercel-sweep", senders-unverified = "/aws/lambda/tiercel-enrich", sender-mismatch = "/aws/lambda/tiercel-enrich" }
    error_message = "A log line is counted in another log."
  }
  assert {
    condition     = alltrue([for name, filter in aws_cloudwatch_log_metric_filter.log_line : aws_cloudwatch_metric_alarm.alarm[name].namespace == filter.metric_transformation[0].namespace && aws_cloudwatch_metric_alarm.alarm[name].metric_name == filter.metric_transformation[0].name])
    error_message = "The alarm must use the metric of the log filter."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.pipeline.dashboard_body).widgets) == 8
    error_message = "The dashboard must show the alarms and seven graphs."
  }
}

run "topic_receives_alarm_and_recovery" {
  command = plan
  variables {
    topic_arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.alarm_actions == toset([var.topic_arn]) && alarm.ok_actions == toset([var.topic_arn])])
    error_message = "The topic receives no notifications."
  }
}

run "topic_name_instead_of_arn" {
  command = plan
  variables {
    topic_arn = "alarms"
  }
  expect_failures = [var.topic_arn]
}

run "message_age_too_small" {
  command = plan
  variables {
    max_message_age_s = 1
  }
  expect_failures = [var.max_message_age_s]
}

run "function_with_a_log_line_missing" {
  command = plan
  variables {
    functions = { enrich = "tiercel-enrich" }
  }
  expect_failures = [var.functions]
}
