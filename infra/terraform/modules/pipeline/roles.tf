data "aws_iam_policy_document" "lambda_assumes" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each = local.function_names

  name               = "${var.name}-${each.key}"
  description        = "Permissions of the ${each.key} function"
  assume_role_policy = data.aws_iam_policy_document.lambda_assumes.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = each.key
  role   = aws_iam_role.function[each.key].id
  policy = each.value.policy
}

# Permissions that every function has: its own log, its own queue and its own configuration.
data "aws_iam_policy_document" "own" {
  for_each = local.function_names

  dynamic "statement" {
    for_each = contains(values(local.consumer_of), each.key) ? [1] : []
    content {
      sid       = "ConsumeQueue"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [for queue, function in local.consumer_of : aws_sqs_queue.queue[queue].arn if function == each.key]
    }
  }
  dynamic "statement" {
    for_each = length(setintersection(local.files_by_function[each.key], keys(local.parameters))) == 0 ? [] : [1]
    content {
      sid       = "ReadConfiguration"
      actions   = ["ssm:GetParameter"]
      resources = [for name in setintersection(local.files_by_function[each.key], keys(local.parameters)) : aws_ssm_parameter.configuration[name].arn]
    }
  }
  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
  }
}

# enrich has no permission in the tables, because it parses the input of untrusted senders.
data "aws_iam_policy_document" "enrich" {
  source_policy_documents = [data.aws_iam_policy_document.own["enrich"].json]

  statement {
    sid       = "SendEnrichedAlerts"
    actions   = ["sqs:SendMessage"]
    resources = concat(local.enriched_queue_arns, [aws_sqs_queue.queue["alerts-unverified"].arn, aws_sqs_queue.dead_letters["alerts"].arn])
  }
  statement {
    sid       = "DescribeInstances"
    actions   = ["ec2:DescribeInstances"]
    resources = ["*"]
  }
  dynamic "statement" {
    for_each = var.cluster_name == null ? [] : [local.cluster_arn]
    content {
      sid       = "DescribeCluster"
      actions   = ["eks:DescribeCluster"]
      resources = [statement.value]
    }
  }
}

data "aws_iam_policy_document" "deduplicate" {
  source_policy_documents = [data.aws_iam_policy_document.own["deduplicate"].json, data.aws_iam_policy_document.tables["deduplicate"].json]

  statement {
    sid       = "PublishIncidentEvents"
    actions   = ["sqs:SendMessage"]
    resources = concat(local.incident_queue_arns, [aws_sqs_queue.dead_letters["enriched"].arn])
  }
}

data "aws_iam_policy_document" "respond" {
  source_policy_documents = [data.aws_iam_policy_document.own["respond"].json, data.aws_iam_policy_document.tables["respond"].json]

  statement {
    sid       = "PublishIncidentEvents"
    actions   = ["sqs:SendMessage"]
    resources = local.incident_queue_arns
  }
  statement {
    sid       = "ReadKillSwitch"
    actions   = ["ssm:GetParameter"]
    resources = [aws_ssm_parameter.kill_switch.arn]
  }
}

data "aws_iam_policy_document" "notify" {
  source_policy_documents = [data.aws_iam_policy_document.own["notify"].json, data.aws_iam_policy_document.tables["notify"].json]

  statement {
    sid     = "WakeChannelsAndSendToDeadLetterQueues"
    actions = ["sqs:SendMessage"]
    resources = [
      aws_sqs_queue.queue["notifications"].arn,
      aws_sqs_queue.dead_letters["notifications"].arn,
      aws_sqs_queue.schedules_dead.arn,
    ]
  }

  dynamic "statement" {
    for_each = var.notifications.slack_secret_arn == null ? [] : [var.notifications.slack_secret_arn]
    content {
      sid       = "ReadSlackWebhook"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value]
    }
  }
  dynamic "statement" {
    for_each = length(local.channel_secrets) == 0 ? [] : [local.channel_secrets]
    content {
      sid       = "ReadChannels"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = statement.value
    }
  }

  # What channels call, restricted to the resources that the user lists.
  dynamic "statement" {
    for_each = local.channel_permissions
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}

data "aws_iam_policy_document" "sweep" {
  source_policy_documents = [data.aws_iam_policy_document.own["sweep"].json, data.aws_iam_policy_document.tables["sweep"].json]

  statement {
    sid       = "PublishIncidentEvents"
    actions   = ["sqs:SendMessage"]
    resources = local.incident_queue_arns
  }
  # Alerts about nodes whose sensors have become silent.
  statement {
    sid       = "PublishAlerts"
    actions   = ["sqs:SendMessage"]
    resources = local.enriched_queue_arns
  }
  statement {
    sid       = "SendToDeadLetterQueue"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.schedules_dead.arn]
  }
  # Without the account, a bucket that somebody else created under this name after a destroy would receive the anchors.
  statement {
    sid       = "WriteAndReadAnchors"
    actions   = ["s3:PutObject", "s3:GetObject"]
    resources = ["${local.bucket_arns.anchors}/${local.anchors_prefix}/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }
  # Without it, S3 answers 403 for a missing anchor, like for one that it does not want to show.
  statement {
    sid       = "ListAnchors"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arns.anchors]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "interact" {
  source_policy_documents = !local.interactive ? [] : [data.aws_iam_policy_document.own["interact"].json, data.aws_iam_policy_document.tables["interact"].json]

  statement {
    sid       = "ReadKillSwitch"
    actions   = ["ssm:GetParameter"]
    resources = [aws_ssm_parameter.kill_switch.arn]
  }
  statement {
    sid       = "PublishIncidentEvents"
    actions   = ["sqs:SendMessage"]
    resources = local.incident_queue_arns
  }
  dynamic "statement" {
    for_each = length(local.channel_secrets) == 0 ? [] : [local.channel_secrets]
    content {
      sid       = "ReadChannels"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = statement.value
    }
  }
}
