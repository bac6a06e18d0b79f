resource "aws_lambda_function" "function" {
  for_each = local.functions

  function_name = "${var.name}-${each.key}"
  description   = each.value.description
  role          = aws_iam_role.function[each.key].arn

  filename         = local.function_zip
  source_code_hash = filebase64sha256(local.function_zip)
  runtime          = "java25"
  architectures    = [var.architecture]
  handler          = "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest"
  memory_size      = var.limits.memory_mb
  timeout          = var.limits.timeout_s
  publish          = true

  environment {
    variables = each.value.environment
  }
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }
  snap_start {
    apply_on = "PublishedVersions"
  }
  tags = local.tags

  # The first invocation must find its permissions.
  depends_on = [aws_iam_role_policy.function]
}

# SnapStart holds for published versions only, so a function is called by this name.
resource "aws_lambda_alias" "live" {
  for_each = local.functions

  name             = "live"
  description      = "The version that is called"
  function_name    = aws_lambda_function.function[each.key].function_name
  function_version = aws_lambda_function.function[each.key].version
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each = local.readers

  event_source_arn = aws_sqs_queue.queue[each.value.queue].arn
  function_name    = aws_lambda_alias.live[each.key].arn
  batch_size       = each.value.batch_size
  # Without this, AWS takes every answer for a success and deletes the failed messages with the others.
  function_response_types = ["ReportBatchItemFailures"]

  # The limit is set here and not as reserved concurrency: a throttled invocation would use up one of a message's five
  # attempts, and a new account has no concurrency to reserve.
  scaling_config {
    maximum_concurrency = var.limits.max_concurrency
  }
  tags = local.tags
}

# Whoever calls is believed by the signature of the call alone, which the function checks.
resource "aws_lambda_function_url" "interact" {
  count = var.notifications_secret_arn == null ? 0 : 1

  function_name      = aws_lambda_function.function["interact"].function_name
  qualifier          = aws_lambda_alias.live["interact"].name
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "interact" {
  count = var.notifications_secret_arn == null ? 0 : 1

  statement_id           = "url"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.function["interact"].function_name
  qualifier              = aws_lambda_alias.live["interact"].name
  principal              = "*"
  function_url_auth_type = "NONE"
}

# URLs made since October 2025 need this one as well.
resource "aws_lambda_permission" "interact_invoke" {
  count = var.notifications_secret_arn == null ? 0 : 1

  statement_id             = "url-invoke"
  action                   = "lambda:InvokeFunction"
  function_name            = aws_lambda_function.function["interact"].function_name
  qualifier                = aws_lambda_alias.live["interact"].name
  principal                = "*"
  invoked_via_function_url = true
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.function_names

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.limits.log_retention_days
  tags              = local.tags
}

resource "aws_scheduler_schedule" "notify" {
  name                = "${var.name}-notify"
  description         = "Makes the notify function look for what is still owed"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_sqs_queue.queue["announcements"].arn
    role_arn = aws_iam_role.schedule.arn
    # The time makes each message a new one; without it the queue would take five minutes of them for repetitions. Not
    # jsonencode, which escapes the angle brackets.
    input = "{\"scheduled\":\"<aws.scheduler.scheduled-time>\"}"

    sqs_parameters {
      message_group_id = "announce"
    }
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 2
    }
  }
}

resource "aws_scheduler_schedule" "sweep" {
  name                = "${var.name}-sweep"
  description         = "Has the sweep function do what is due by time"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_lambda_alias.live["sweep"].arn
    role_arn = aws_iam_role.schedule.arn
    input    = "{\"scheduled\":\"<aws.scheduler.scheduled-time>\"}"

    # The next minute sweeps again.
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }
}
