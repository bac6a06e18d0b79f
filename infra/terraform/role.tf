data "aws_iam_policy_document" "lambda_assumes" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "alert" {
  name               = local.function_name
  description        = "What the alert function may do"
  assume_role_policy = data.aws_iam_policy_document.lambda_assumes.json
  tags               = local.tags
}

data "aws_iam_policy_document" "alert" {
  statement {
    sid       = "TakeAlerts"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.alerts.arn]
  }
  # A transaction is authorised by the single operations that it is made of.
  statement {
    sid       = "KeepIncidents"
    actions   = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.incidents.arn]
  }
  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.alert.arn}:*"]
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

resource "aws_iam_role_policy" "alert" {
  name   = "alert"
  role   = aws_iam_role.alert.id
  policy = data.aws_iam_policy_document.alert.json
}
