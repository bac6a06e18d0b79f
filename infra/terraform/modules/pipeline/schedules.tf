resource "aws_scheduler_schedule" "notify" {
  name                = "${var.name}-notify"
  description         = "Starts the delivery of pending notifications, and their repair"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }
  target {
    # Not through the queue: a run that crashes must not block the next one for the queue's visibility timeout.
    arn      = aws_lambda_alias.live["notify"].arn
    role_arn = aws_iam_role.schedule.arn
    # Not jsonencode, which escapes the angle brackets.
    input = "{\"scheduled\":\"<aws.scheduler.scheduled-time>\"}"

    dead_letter_config {
      arn = aws_sqs_queue.schedules_dead.arn
    }
    # The next run is one minute later.
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }
}

resource "aws_scheduler_schedule" "sweep" {
  name                = "${var.name}-sweep"
  description         = "Starts the release of expired responses and the closing of quiet incidents"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_lambda_alias.live["sweep"].arn
    role_arn = aws_iam_role.schedule.arn
    input    = "{\"scheduled\":\"<aws.scheduler.scheduled-time>\"}"

    dead_letter_config {
      arn = aws_sqs_queue.schedules_dead.arn
    }
    # The next run is one minute later.
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
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
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "schedule" {
  name               = "${var.name}-schedule"
  description        = "Permissions of the schedules: invoke notify and sweep"
  assume_role_policy = data.aws_iam_policy_document.scheduler_assumes.json
  tags               = local.tags
}

data "aws_iam_policy_document" "schedule" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.schedules_dead.arn]
  }
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_alias.live["notify"].arn, aws_lambda_alias.live["sweep"].arn]
  }
}

resource "aws_iam_role_policy" "schedule" {
  name   = "schedule"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}
