# Operators invoke a function with their own IAM permissions. There is no URL and no other public endpoint. The function learns who
# invoked it from a request for STS that the operator signs, so that the audit log has the operator's ARN.

locals {
  # The functions of each managed policy. Operators who respond use operate-read, too, for everything that changes nothing.
  operator_policies = { read = ["operate-read"], operate = ["operate-read", "operate"] }
}

data "aws_iam_policy_document" "operators" {
  for_each = local.operator_policies

  statement {
    sid       = "InvokeFunction"
    actions   = ["lambda:InvokeFunction"]
    resources = flatten([for function in each.value : [aws_lambda_function.function[function].arn, aws_lambda_alias.live[function].arn]])
  }
}

resource "aws_iam_policy" "operators" {
  for_each = local.operator_policies

  name        = "${var.name}-${each.key}"
  description = each.key == "read" ? "Read incidents, responses and the audit log of Tiercel" : "Respond to incidents of Tiercel"
  policy      = data.aws_iam_policy_document.operators[each.key].json
  tags        = local.tags
}

data "aws_iam_policy_document" "operate" {
  source_policy_documents = [data.aws_iam_policy_document.own["operate"].json, data.aws_iam_policy_document.tables["operate"].json]

  statement {
    sid       = "ReadAndSetKillSwitch"
    actions   = ["ssm:GetParameter", "ssm:PutParameter"]
    resources = [aws_ssm_parameter.kill_switch.arn]
  }
  statement {
    sid       = "PublishIncidentEvents"
    actions   = ["sqs:SendMessage"]
    resources = local.incident_queue_arns
  }
}

data "aws_iam_policy_document" "operate-read" {
  source_policy_documents = [data.aws_iam_policy_document.own["operate-read"].json, data.aws_iam_policy_document.tables["operate-read"].json]

  statement {
    sid       = "ReadKillSwitch"
    actions   = ["ssm:GetParameter"]
    resources = [aws_ssm_parameter.kill_switch.arn]
  }
}
