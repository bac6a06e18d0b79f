resource "aws_lambda_function" "function" {
  for_each = local.functions

  function_name = "${var.name}-${each.key}"
  description   = each.value.description
  role          = aws_iam_role.function[each.key].arn

  filename         = var.function_zip
  source_code_hash = filebase64sha256(var.function_zip)
  layers           = var.layers
  runtime          = "java25"
  architectures    = [var.architecture]
  handler          = "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest"
  memory_size      = local.limits[each.key].memory_mb
  timeout          = local.limits[each.key].timeout_s
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
  # Those that a queue calls leave what fails in its dead-letter queue; a URL's caller is told himself.
  dynamic "dead_letter_config" {
    for_each = each.key == "sweep" ? [aws_sqs_queue.schedules_dead.arn] : []
    content {
      target_arn = dead_letter_config.value
    }
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

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.function_names

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.limits.log_retention_days
  kms_key_id        = aws_kms_key.pipeline.arn
  tags              = local.tags
}
