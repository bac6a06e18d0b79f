# Contains each fault once. TerraformPolicyIT checks that it finds all of them. Apply it in a test only.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.50, < 7"
    }
  }
}

data "aws_iam_policy_document" "every_action" {
  statement {
    actions   = ["*"]
    resources = ["arn:aws:s3:::one"]
  }
}

data "aws_iam_policy_document" "every_action_but_one" {
  statement {
    not_actions = ["iam:CreateUser"]
    resources   = ["arn:aws:s3:::one"]
  }
}

data "aws_iam_policy_document" "write_on_everything" {
  statement {
    actions   = ["ec2:DescribeInstances", "ec2:TerminateInstances"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "fine" {
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["*"]
  }
  statement {
    actions   = ["ec2:StopInstances"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["eu-west-1"]
    }
  }
}

data "aws_iam_policy_document" "any_item" {
  statement {
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"]
    resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/one"]
  }
}

# A request without keys fulfills the condition.
data "aws_iam_policy_document" "no_item" {
  statement {
    actions   = ["dynamodb:UpdateItem"]
    resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/one"]
    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["own#*"]
    }
  }
}

data "aws_iam_policy_document" "own_items" {
  statement {
    actions   = ["dynamodb:PutItem"]
    resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/one"]
    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["own#*"]
    }
    condition {
      test     = "Null"
      variable = "dynamodb:LeadingKeys"
      values   = ["false"]
    }
  }
}

resource "aws_iam_role" "function" {
  name               = "faults"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}

resource "aws_iam_role_policy" "every_action_of_a_service" {
  role   = aws_iam_role.function.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sqs:*", Resource = "arn:aws:sqs:eu-west-1:123456789012:one" }] })
}

resource "aws_sqs_queue" "unencrypted" {
  name                    = "unencrypted"
  sqs_managed_sse_enabled = false
}

resource "aws_sqs_queue_policy" "any_principal" {
  queue_url = aws_sqs_queue.unencrypted.id
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Principal = "*", Resource = aws_sqs_queue.unencrypted.arn }] })
}

resource "aws_dynamodb_table" "unencrypted" {
  name         = "unencrypted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"

  attribute {
    name = "pk"
    type = "S"
  }
}

resource "aws_cloudwatch_log_group" "unencrypted" {
  name = "/aws/lambda/lossy"
}

resource "aws_lambda_function" "lossy" {
  function_name = "lossy"
  role          = aws_iam_role.function.arn
  filename      = "placeholder.zip"
  runtime       = "java25"
  handler       = "Handler::handle"

  environment {
    variables = { SLACK = "https://hooks.slack.com/services/T0000/B0000/not-a-real-one" }
  }
}

resource "aws_lambda_event_source_mapping" "all_or_nothing" {
  event_source_arn = aws_sqs_queue.unencrypted.arn
  function_name    = aws_lambda_function.lossy.arn
}

resource "aws_secretsmanager_secret" "known" {
  name = "known"
}

resource "aws_secretsmanager_secret_version" "known" {
  secret_id     = aws_secretsmanager_secret.known.id
  secret_string = "hunter2"
}
