resource "aws_lambda_function" "alert" {
  function_name = local.function_name
  description   = "Turns alerts into incidents"
  role          = aws_iam_role.alert.arn

  filename         = local.function_zip
  source_code_hash = filebase64sha256(local.function_zip)
  runtime          = "java25"
  architectures    = [var.architecture]
  handler          = "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest"
  memory_size      = var.limits.memory_mb
  timeout          = var.limits.timeout_s
  publish          = true

  environment {
    variables = merge(
      {
        QUARKUS_FUNQY_EXPORT = "alert"
        TIERCEL_TABLE        = aws_dynamodb_table.incidents.name
      },
      var.slack_secret_arn == null ? {} : { TIERCEL_SLACK_SECRET = var.slack_secret_arn },
    )
  }
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.alert.name
  }
  snap_start {
    apply_on = "PublishedVersions"
  }
  tags = local.tags

  # The first invocation must find its permissions: a role without its policy fails it.
  depends_on = [aws_iam_role_policy.alert]
}

# SnapStart holds for published versions only, so the queue calls the function by this name.
resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that the queue calls"
  function_name    = aws_lambda_function.alert.function_name
  function_version = aws_lambda_function.alert.version
}

resource "aws_lambda_event_source_mapping" "alerts" {
  event_source_arn = aws_sqs_queue.alerts.arn
  function_name    = aws_lambda_alias.live.arn
  batch_size       = 10
  # Without this, AWS takes every answer for a success and deletes the failed alerts with the others.
  function_response_types = ["ReportBatchItemFailures"]

  # The limit is set here and not as reserved concurrency: a throttled invocation would use up one of a message's five
  # attempts, and a new account has no concurrency to reserve.
  scaling_config {
    maximum_concurrency = var.limits.max_concurrency
  }
  tags = local.tags
}

resource "aws_cloudwatch_log_group" "alert" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.limits.log_retention_days
  tags              = local.tags
}
