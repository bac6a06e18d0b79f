locals {
  queues = {
    alerts   = { fifo = false, retention_days = 4 }
    enriched = { fifo = false, retention_days = 4 }
    # First in, first out in a group for each incident: nobody responds to the same incident twice at once.
    responses = { fifo = true, retention_days = 4 }
    # First in, first out in a single group: there is one announcer at a time, so nobody is told the same thing twice.
    announcements = { fifo = true, retention_days = 1 }
  }
}

resource "aws_sqs_queue" "queue" {
  for_each = local.queues

  name                        = "${var.name}-${each.key}${each.value.fifo ? ".fifo" : ""}"
  fifo_queue                  = each.value.fifo
  content_based_deduplication = each.value.fifo

  # AWS asks for six times the function's time-out, so that a throttled batch is not delivered twice at once.
  visibility_timeout_seconds = 6 * local.limits[local.reader_of[each.key]].timeout_s
  # A message keeps its first time stamp when it moves to the dead-letter queue: this has to be the shorter of the two.
  message_retention_seconds = each.value.retention_days * 24 * 3600
  receive_wait_time_seconds = 20
  max_message_size          = 262144
  sqs_managed_sse_enabled   = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn
    maxReceiveCount     = 5
  })
  tags = local.tags
}

resource "aws_sqs_queue" "dead_letters" {
  for_each = local.queues

  name                      = "${var.name}-${each.key}-dead${each.value.fifo ? ".fifo" : ""}"
  fifo_queue                = each.value.fifo
  message_retention_seconds = 14 * 24 * 3600
  max_message_size          = 262144
  sqs_managed_sse_enabled   = true
  tags                      = local.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  for_each = local.queues

  queue_url = aws_sqs_queue.dead_letters[each.key].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.queue[each.key].arn]
  })
}

# Where a minute's call goes that could not be made, or failed in sweep. One for both: the message says whose it is.
resource "aws_sqs_queue" "schedules_dead" {
  name                      = "${var.name}-schedules-dead"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
  tags                      = local.tags
}

# Who may send is said by the senders' own roles; the queues only refuse what is not encrypted on the way.
locals {
  queues_and_dead_letters = merge(
    { for name, queue in aws_sqs_queue.queue : name => { arn = queue.arn, url = queue.id } },
    { for name, queue in aws_sqs_queue.dead_letters : "${name}-dead" => { arn = queue.arn, url = queue.id } },
    { schedules-dead = { arn = aws_sqs_queue.schedules_dead.arn, url = aws_sqs_queue.schedules_dead.id } },
  )
}

data "aws_iam_policy_document" "tls_only" {
  for_each = local.queues_and_dead_letters

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value.arn]

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

resource "aws_sqs_queue_policy" "tls_only" {
  for_each = local.queues_and_dead_letters

  queue_url = each.value.url
  policy    = data.aws_iam_policy_document.tls_only[each.key].json
}
