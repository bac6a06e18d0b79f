resource "aws_scheduler_schedule" "notify" {
  name                = "${var.name}-notify"
  description         = "Makes the notify function look for what is still owed"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_sqs_queue.queue["announcements"].arn
    role_arn = aws_iam_role.schedule.arn
    # The time makes each message a new one; without it the queue would take five minutes of them for repetitions. Not
    # jsonencode, which escapes the angle brackets.
    input = "{\"scheduled\":\"<aws.scheduler.scheduled-time>\"}"

    sqs_parameters {
      message_group_id = "announce"
    }
    dead_letter_config {
      arn = aws_sqs_queue.schedules_dead.arn
    }
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 2
    }
  }
}

resource "aws_scheduler_schedule" "sweep" {
  name                = "${var.name}-sweep"
  description         = "Has the sweep function do what is due by time"
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
    # The next minute sweeps again.
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
  description        = "What the schedules may do: put a message into the announcements queue and call sweep"
  assume_role_policy = data.aws_iam_policy_document.scheduler_assumes.json
  tags               = local.tags
}

data "aws_iam_policy_document" "schedule" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.queue["announcements"].arn, aws_sqs_queue.schedules_dead.arn]
  }
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_alias.live["sweep"].arn]
  }
}

resource "aws_iam_role_policy" "schedule" {
  name   = "schedule"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}
