resource "aws_lambda_function" "function" {
  for_each = local.functions

  function_name = "${var.name}-${each.key}"
  description   = each.value.description
  role          = aws_iam_role.function[each.key].arn

  # Through S3, because a direct upload is limited to 50 MB.
  s3_bucket         = aws_s3_object.artifact[local.artifact_of[each.key]].bucket
  s3_key            = aws_s3_object.artifact[local.artifact_of[each.key]].key
  s3_object_version = aws_s3_object.artifact[local.artifact_of[each.key]].version_id
  source_code_hash  = filebase64sha256(local.artifacts[local.artifact_of[each.key]].zip)
  layers            = var.layers
  runtime           = "java25"
  architectures     = [var.architecture]
  handler           = lookup(local.handlers, each.key, "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest")
  memory_size       = local.limits[each.key].memory_mb
  timeout           = local.limits[each.key].timeout_s
  publish           = true
  # -1: none. Anybody can call the URL of interact, and its calls must leave concurrency to the other functions.
  reserved_concurrent_executions = coalesce(try(var.function_limits[each.key].reserved_concurrency, null), each.key == "interact" ? 5 : -1)

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
  # A queue's failed messages go to its dead-letter queue, and the caller of a URL gets an error. Calls of the schedule have neither.
  dynamic "dead_letter_config" {
    for_each = contains(["notify", "sweep"], each.key) ? [aws_sqs_queue.schedules_dead.arn] : []
    content {
      target_arn = dead_letter_config.value
    }
  }
  tags = local.tags

  # The permissions must exist before the first invocation.
  depends_on = [aws_iam_role_policy.function]
}

# SnapStart applies to published versions only, so callers use this alias.
resource "aws_lambda_alias" "live" {
  for_each = local.functions

  name             = "live"
  description      = "The published version that callers use"
  function_name    = aws_lambda_function.function[each.key].function_name
  function_version = aws_lambda_function.function[each.key].version
}

# The scheduler's calls are asynchronous: without this, Lambda retries a failed one twice, and a throttled one for six hours. The next
# run is one minute later. A call that is given up moves to the function's dead-letter queue.
resource "aws_lambda_function_event_invoke_config" "scheduled" {
  for_each = toset(["notify", "sweep"])

  function_name                = aws_lambda_function.function[each.key].function_name
  qualifier                    = aws_lambda_alias.live[each.key].name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each = local.consumers

  event_source_arn = aws_sqs_queue.queue[each.value.queue].arn
  function_name    = aws_lambda_alias.live[each.value.function].arn
  batch_size       = each.value.batch_size
  # Waits for a batch to fill. FIFO queues have no such window.
  maximum_batching_window_in_seconds = each.value.window_s > 0 ? each.value.window_s : null
  # Without this, Lambda treats every response as success and deletes failed messages too.
  function_response_types = ["ReportBatchItemFailures"]

  # The ceiling of the bill. Not reserved concurrency: a throttled invocation uses up one of a message's five attempts, and a new
  # account has no concurrency to reserve.
  scaling_config {
    maximum_concurrency = each.value.max_concurrency
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
