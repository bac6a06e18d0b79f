# What a user can get wrong is refused before anything is created. Run with "terraform test" or "tofu test"; no account.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }
  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/mock"
    }
  }
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:123456789012:mock"
    }
  }
  mock_resource "aws_lambda_alias" {
    defaults = {
      arn = "arn:aws:lambda:eu-west-1:123456789012:function:mock:live"
    }
  }
}

variables {
  function_zip = "./tests/placeholder.zip"
}

run "defaults_are_valid" {
  command = plan

  assert {
    condition     = aws_sqs_queue.queue["alerts"].visibility_timeout_seconds >= 6 * aws_lambda_function.function["enrich"].timeout
    error_message = "The queue shows a message again before six time-outs of the function have passed."
  }
  assert {
    condition     = aws_sqs_queue.queue["alerts"].message_retention_seconds < aws_sqs_queue.dead_letters["alerts"].message_retention_seconds
    error_message = "A message would expire in the dead-letter queue as soon as it gets there."
  }
  assert {
    condition     = aws_sqs_queue.queue["announcements"].fifo_queue && aws_lambda_event_source_mapping.queue["notify"].batch_size == 1
    error_message = "Two that notify at once would tell people the same thing twice."
  }
  assert {
    condition     = alltrue([for name, queue in aws_sqs_queue.queue : !queue.fifo_queue || alltrue([for reader, of in local.readers : of.queue != name || of.batch_size == 1])])
    error_message = "A queue that keeps an order is read one message at a time."
  }
  assert {
    condition     = toset(keys(local.functions)) == local.function_names
    error_message = "Every function has a role and a log group, and no others are there."
  }
  assert {
    condition     = contains(aws_lambda_event_source_mapping.queue["enrich"].function_response_types, "ReportBatchItemFailures")
    error_message = "AWS would delete failed alerts together with the good ones."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].publish && aws_lambda_function.function["enrich"].snap_start[0].apply_on == "PublishedVersions"
    error_message = "SnapStart needs published versions."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].runtime == "java25" && aws_lambda_function.function["enrich"].architectures[0] == "arm64"
    error_message = "The default is Java 25 on arm64."
  }
  assert {
    condition     = !contains(keys(aws_lambda_function.function["notify"].environment[0].variables), "TIERCEL_SLACK_SECRET")
    error_message = "No secret given, yet the function is told of one."
  }
  assert {
    condition     = length(aws_lambda_function_url.interact) == 0 && !contains(keys(aws_lambda_function.function), "interact")
    error_message = "Without channels nobody may call."
  }
  assert {
    condition     = length(data.aws_iam_policy_document.notify.statement) == 2
    error_message = "Without a secret the role must not read one."
  }
}

run "a_secret_is_passed_by_reference_and_only_it_may_be_read" {
  command = plan

  variables {
    slack_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/slack-AbCdEf"
  }

  assert {
    condition     = aws_lambda_function.function["notify"].environment[0].variables["TIERCEL_SLACK_SECRET"] == var.slack_secret_arn
    error_message = "The function is not told which secret to read."
  }
  assert {
    condition     = toset(data.aws_iam_policy_document.notify.statement[2].resources) == toset([var.slack_secret_arn])
    error_message = "The role must read that secret and no other."
  }
}

run "channels_bring_a_url_and_only_their_secrets_may_be_read" {
  command = plan

  variables {
    notifications_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/notifications-AbCdEf"
    channel_secret_arns      = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/pagerduty-AbCdEf"]
  }

  assert {
    condition     = length(aws_lambda_function_url.interact) == 1 && aws_lambda_function_url.interact[0].qualifier == "live"
    error_message = "There is no URL for what people press."
  }
  assert {
    condition     = aws_lambda_function.function["notify"].environment[0].variables["TIERCEL_NOTIFICATIONS"] == "secret:${var.notifications_secret_arn}"
    error_message = "notify is not told where the channels are."
  }
  assert {
    condition     = toset(data.aws_iam_policy_document.interact.statement[2].resources) == toset(concat([var.notifications_secret_arn], var.channel_secret_arns))
    error_message = "The role must read those secrets and no others."
  }
}

run "channel_secret_with_wildcard" {
  command = plan
  variables {
    channel_secret_arns = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:*"]
  }
  expect_failures = [var.channel_secret_arns]
}

run "limits_reach_what_they_limit" {
  command = plan

  variables {
    name         = "tc-prod-2"
    architecture = "x86_64"
    limits = {
      memory_mb       = 2048
      timeout_s       = 60
      max_concurrency = 2
    }
  }

  assert {
    condition     = aws_lambda_function.function["enrich"].memory_size == 2048 && aws_lambda_function.function["enrich"].timeout == 60
    error_message = "Memory and time-out do not reach the function."
  }
  assert {
    condition     = aws_sqs_queue.queue["alerts"].visibility_timeout_seconds == 360
    error_message = "The queue does not follow the function's time-out."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.queue["enrich"].scaling_config[0].maximum_concurrency == 2
    error_message = "The concurrency does not reach the event source mapping."
  }
  assert {
    condition     = aws_cloudwatch_log_group.function["enrich"].retention_in_days == 30
    error_message = "A limit that is left out keeps its default."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].architectures[0] == "x86_64"
    error_message = "The architecture does not reach the function."
  }
}

run "name_with_capitals" {
  command = plan
  variables {
    name = "Tiercel"
  }
  expect_failures = [var.name]
}

run "name_ending_with_hyphen" {
  command = plan
  variables {
    name = "tiercel-"
  }
  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan
  variables {
    name = "a23456789012345678901234567890123"
  }
  expect_failures = [var.name]
}

run "zip_missing" {
  command = plan
  variables {
    function_zip = "./tests/no-such.zip"
  }
  expect_failures = [var.function_zip]
}

run "architecture_unknown" {
  command = plan
  variables {
    architecture = "amd64"
  }
  expect_failures = [var.architecture]
}

run "webhook_instead_of_secret" {
  command = plan
  variables {
    slack_secret_arn = "https://hooks.slack.com/services/T000/B000/x"
  }
  expect_failures = [var.slack_secret_arn]
}

run "memory_too_small" {
  command = plan
  variables {
    limits = { memory_mb = 256 }
  }
  expect_failures = [var.limits]
}

run "timeout_too_long" {
  command = plan
  variables {
    limits = { timeout_s = 901 }
  }
  expect_failures = [var.limits]
}

run "concurrency_below_what_sqs_accepts" {
  command = plan
  variables {
    limits = { max_concurrency = 1 }
  }
  expect_failures = [var.limits]
}

run "retention_not_offered" {
  command = plan
  variables {
    limits = { log_retention_days = 31 }
  }
  expect_failures = [var.limits]
}
