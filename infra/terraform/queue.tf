resource "aws_sqs_queue" "alerts" {
  name = "${var.name}-alerts"

  # AWS asks for six times the function's time-out, so that a throttled batch is not delivered twice at once.
  visibility_timeout_seconds = 6 * var.limits.timeout_s
  # A message keeps its first time stamp when it moves to the dead-letter queue: this has to be the shorter of the two.
  message_retention_seconds = 4 * 24 * 3600
  receive_wait_time_seconds = 20
  max_message_size          = 262144
  sqs_managed_sse_enabled   = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5
  })
  tags = local.tags
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-alerts-dead"
  message_retention_seconds = 14 * 24 * 3600
  max_message_size          = 262144
  sqs_managed_sse_enabled   = true
  tags                      = local.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.alerts.arn]
  })
}

# Who may send is said by the senders' own roles; the queues only refuse what is not encrypted on the way.
data "aws_iam_policy_document" "tls_only" {
  for_each = {
    alerts       = aws_sqs_queue.alerts.arn
    dead_letters = aws_sqs_queue.dead_letters.arn
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "alerts" {
  queue_url = aws_sqs_queue.alerts.id
  policy    = data.aws_iam_policy_document.tls_only["alerts"].json
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  policy    = data.aws_iam_policy_document.tls_only["dead_letters"].json
}
