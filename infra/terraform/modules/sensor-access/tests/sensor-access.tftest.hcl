mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "123456789012"
    }
  }
  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/tiercel-sensor"
    }
  }
}

variables {
  name         = "tiercel"
  cluster_name = "prod"
  queue_arn    = "arn:aws:sqs:eu-west-1:123456789012:tiercel-alerts"
}

run "may_send_to_the_one_queue_and_do_nothing_else" {
  command = plan

  assert {
    condition     = length(data.aws_iam_policy_document.sensor.statement) == 1 && data.aws_iam_policy_document.sensor.statement[0].actions == toset(["sqs:SendMessage"]) && data.aws_iam_policy_document.sensor.statement[0].resources == toset([var.queue_arn])
    error_message = "A sensor may do more, or less, than send alerts."
  }
}

run "pod_identity_where_no_provider_is_named" {
  command = apply

  assert {
    condition     = length(aws_eks_pod_identity_association.sensor) == 1 && length(data.aws_iam_policy_document.irsa) == 0 && length(output.service_account_annotations) == 0
    error_message = "The role is for EKS Pod Identity and for nothing else."
  }
  assert {
    condition = { for condition in data.aws_iam_policy_document.pod_identity[0].statement[0].condition : condition.variable => one(condition.values) } == {
      "aws:SourceAccount"                         = "123456789012"
      "aws:RequestTag/eks-cluster-name"           = "prod"
      "aws:RequestTag/kubernetes-namespace"       = "tiercel"
      "aws:RequestTag/kubernetes-service-account" = "tiercel-sensor"
    }
    error_message = "Only pods of the one service account get the role."
  }
}

run "irsa_where_the_provider_is_named" {
  command = apply

  variables {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
    namespace         = "security"
  }

  assert {
    condition     = length(aws_eks_pod_identity_association.sensor) == 0 && length(data.aws_iam_policy_document.pod_identity) == 0
    error_message = "The role is for IRSA and for nothing else."
  }
  assert {
    condition = { for condition in data.aws_iam_policy_document.irsa[0].statement[0].condition : condition.variable => one(condition.values) } == {
      "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF:sub" = "system:serviceaccount:security:tiercel-sensor"
      "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF:aud" = "sts.amazonaws.com"
    }
    error_message = "Only pods of the one service account get the role."
  }
  assert {
    condition     = output.service_account_annotations["eks.amazonaws.com/role-arn"] == aws_iam_role.sensor.arn
    error_message = "The chart is not told of the role."
  }
}

run "provider_by_its_url" {
  command = plan
  variables {
    oidc_provider_arn = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
  }
  expect_failures = [var.oidc_provider_arn]
}

run "every_namespace" {
  command = plan
  variables {
    namespace = "*"
  }
  expect_failures = [var.namespace]
}

run "every_service_account" {
  command = plan
  variables {
    service_account = "*"
  }
  expect_failures = [var.service_account]
}
