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
  functions          = { for name in ["enrich", "respond", "sweep"] : name => "tiercel-${name}" }
  log_groups         = { for name in ["enrich", "respond", "sweep"] : name => "/aws/lambda/tiercel-${name}" }
}

run "alarms_cover_queues_functions_and_responses" {
  command = apply

  assert {
    condition = toset(output.alarm_names) == toset([
      "tiercel-alerts-dead", "tiercel-schedules-dead", "tiercel-alerts-late", "tiercel-enrich-errors", "tiercel-respond-errors", "tiercel-sweep-errors",
      "tiercel-enrich-throttled", "tiercel-respond-throttled", "tiercel-sweep-throttled", "tiercel-responses-overdue", "tiercel-responses-exposed",
      "tiercel-audit-broken", "tiercel-anchors-missing", "tiercel-senders-unverified", "tiercel-sender-mismatch",
      "tiercel-notifications-given-up", "tiercel-notifications-pending",
    ])
    error_message = "The set of alarms differs."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.alarm : length(alarm.alarm_actions) == 0])
    error_message = "Without a topic there must be no actions."
  }
  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.alarm : name => alarm.treat_missing_data if alarm.treat_missing_data != "notBreaching" } == { responses-exposed = "ignore", anchors-missing = "breaching" }
    error_message = "Missing data must keep the alarm about exposed interfaces, and must trigger only the alarm about missing anchors."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.alarm["responses-exposed"].statistic == "Maximum" && aws_cloudwatch_metric_alarm.alarm["responses-exposed"].period == 60 && aws_cloudwatch_metric_alarm.alarm["responses-exposed"].evaluation_periods == 1
    error_message = "One exposed interface must trigger the alarm within a minute."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.alarm["anchors-missing"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.alarm["anchors-missing"].threshold == 1 && aws_cloudwatch_metric_alarm.alarm["anchors-missing"].period * aws_cloudwatch_metric_alarm.alarm["anchors-missing"].evaluation_periods == 3 * 3600
    error_message = "The alarm must be triggered if there was no anchor for three hours."
  }
  assert {
    condition = { for name, filter in aws_cloudwatch_log_metric_filter.log_line : name => filter.log_group_name } == {
      responses-overdue-sweep   = "/aws/lambda/tiercel-sweep"
      responses-exposed-respond = "/aws/lambda/tiercel-respond"
      responses-exposed-sweep   = "/aws/lambda/tiercel-sweep"
      audit-broken-sweep        = "/aws/lambda/tiercel-sweep"
      anchors-missing-sweep     = "/aws/lambda/tiercel-sweep"
      senders-unverified-enrich = "/aws/lambda/tiercel-enrich"
      sender-mismatch-enrich    = "/aws/lambda/tiercel-enrich"
    }
    error_message = "A log line is counted in another log."
  }
  assert {
    condition     = alltrue([for filter in aws_cloudwatch_log_metric_filter.log_line : anytrue([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.namespace == filter.metric_transformation[0].namespace && alarm.metric_name == filter.metric_transformation[0].name])])
    error_message = "The alarm must use the metric of the log filter."
  }
  assert {
    condition     = alltrue([for name, filter in aws_cloudwatch_log_metric_filter.log_line : (filter.metric_transformation[0].default_value == null) == startswith(name, "responses-exposed")])
    error_message = "Other log lines must not reset the alarm about exposed interfaces."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.pipeline.dashboard_body).widgets) == 10
    error_message = "The dashboard must show the alarms and nine graphs."
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
    functions = { enrich = "tiercel-enrich", sweep = "tiercel-sweep" }
  }
  expect_failures = [var.functions]
}
