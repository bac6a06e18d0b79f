data "aws_caller_identity" "current" {}

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
  description        = "What the ${each.key} function may do"
  assume_role_policy = data.aws_iam_policy_document.lambda_assumes.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = each.key
  role   = aws_iam_role.function[each.key].id
  policy = each.value.policy
}

# What both may: take from their own queue, write their own log.
data "aws_iam_policy_document" "own" {
  for_each = { alert = "alerts", announce = "announcements" }

  statement {
    sid       = "TakeFromQueue"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.queue[each.value].arn]
  }
  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
  }
}

data "aws_iam_policy_document" "alert" {
  source_policy_documents = [data.aws_iam_policy_document.own["alert"].json]

  # A transaction is authorised by the single operations that it is made of.
  statement {
    sid       = "CountAlerts"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.incidents.arn]
  }
  statement {
    sid       = "RingTheBell"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.queue["announcements"].arn]
  }
}

data "aws_iam_policy_document" "announce" {
  source_policy_documents = [data.aws_iam_policy_document.own["announce"].json]

  statement {
    sid       = "ReadIncidents"
    actions   = ["dynamodb:GetItem", "dynamodb:Query"]
    resources = [aws_dynamodb_table.incidents.arn, "${aws_dynamodb_table.incidents.arn}/index/by-last-seen"]
  }
  statement {
    sid       = "NoteWhatWasTold"
    actions   = ["dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.incidents.arn]
  }
  dynamic "statement" {
    for_each = var.slack_secret_arn == null ? [] : [var.slack_secret_arn]
    content {
      sid       = "ReadSlackWebhook"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value]
    }
  }
}

data "aws_iam_policy_document" "scheduler_assumes" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "schedule" {
  name               = "${var.name}-schedule"
  description        = "What the schedule may do: put its message into the announcements queue"
  assume_role_policy = data.aws_iam_policy_document.scheduler_assumes.json
  tags               = local.tags
}

data "aws_iam_policy_document" "schedule" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.queue["announcements"].arn]
  }
}

resource "aws_iam_role_policy" "schedule" {
  name   = "schedule"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}
