locals {
  queues = {
    alerts              = { fifo = false, retention_days = 4 }
    alerts-unverified   = { fifo = false, retention_days = 4 }
    enriched            = { fifo = false, retention_days = 4 }
    enriched-unverified = { fifo = false, retention_days = 4 }
    # FIFO with a message group for each incident, and a queue for each urgency: requests of verified senders never wait for those that
    # anybody can cause, nor urgent ones for others.
    responses            = { fifo = true, retention_days = 4 }
    responses-urgent     = { fifo = true, retention_days = 4 }
    responses-unverified = { fifo = true, retention_days = 4 }
    # FIFO with a message group for each incident and each channel: a burst of changes is planned once, and a slow channel delays no
    # other.
    notifications            = { fifo = true, retention_days = 1 }
    notifications-unverified = { fifo = true, retention_days = 1 }
  }

  # Where no sender can be verified, the queues of verified senders serve all senders, with their whole concurrency.
  unverified_suffix = var.identity.issuer == null && var.identity.ec2_certificates == null ? "" : "-unverified"

  # Variables of the functions that send to the queues of deduplicate, and of respond and notify.
  enriched_queues = {
    TIERCEL_DEDUPLICATE_QUEUE_URL            = aws_sqs_queue.queue["enriched"].url
    TIERCEL_DEDUPLICATE_UNVERIFIED_QUEUE_URL = aws_sqs_queue.queue["enriched${local.unverified_suffix}"].url
  }
  incident_queues = {
    TIERCEL_RESPOND_QUEUE_URL            = aws_sqs_queue.queue["responses"].url
    TIERCEL_RESPOND_URGENT_QUEUE_URL     = aws_sqs_queue.queue["responses-urgent"].url
    TIERCEL_RESPOND_UNVERIFIED_QUEUE_URL = aws_sqs_queue.queue["responses${local.unverified_suffix}"].url
    TIERCEL_NOTIFY_QUEUE_URL             = aws_sqs_queue.queue["notifications"].url
    TIERCEL_NOTIFY_UNVERIFIED_QUEUE_URL  = aws_sqs_queue.queue["notifications${local.unverified_suffix}"].url
  }
}

resource "aws_sqs_queue" "queue" {
  for_each = local.queues

  name                        = "${var.name}-${each.key}${each.value.fifo ? ".fifo" : ""}"
  fifo_queue                  = each.value.fifo
  content_based_deduplication = each.value.fifo
  # High throughput: the limit of 300 requests per second applies to each message group, not to the queue. Deduplication ids of our
  # messages contain the group.
  deduplication_scope   = each.value.fifo ? "messageGroup" : null
  fifo_throughput_limit = each.value.fifo ? "perMessageGroupId" : null

  # AWS recommends six times the function's timeout, so that a throttled batch is not delivered twice at once.
  visibility_timeout_seconds = 6 * local.limits[local.consumer_of[each.key]].timeout_s
  # A message keeps its timestamp when it moves to the dead-letter queue, so this retention must be shorter than that one's.
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

# Scheduled calls of notify and sweep that could not be delivered, were throttled for a minute, or failed. The message is the call's input.
resource "aws_sqs_queue" "schedules_dead" {
  name                      = "${var.name}-schedules-dead"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
  tags                      = local.tags
}

# The senders' own roles permit sending. The queue policies only reject unencrypted transport.
locals {
  incident_queue_arns = [for queue, function in local.consumer_of : aws_sqs_queue.queue[queue].arn if contains(["respond", "notify"], function)]
  enriched_queue_arns = [for queue, function in local.consumer_of : aws_sqs_queue.queue[queue].arn if function == "deduplicate"]
  queues_and_dead_letters = merge(
    { for name, queue in aws_sqs_queue.queue : name => { arn = queue.arn, url = queue.id } },
    { for name, queue in aws_sqs_queue.dead_letters : "${name}-dead" => { arn = queue.arn, url = queue.id } },
    { schedules-dead = { arn = aws_sqs_queue.schedules_dead.arn, url = aws_sqs_queue.schedules_dead.id } },
  )
}

data "aws_iam_policy_document" "tls_only" {
  for_each = local.queues_and_dead_letters

  statement {
    sid       = "DenyUnencryptedTransport"
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
