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

run "role_permits_sending_alerts_only" {
  command = plan

  assert {
    condition     = length(data.aws_iam_policy_document.sensor.statement) == 1 && data.aws_iam_policy_document.sensor.statement[0].actions == toset(["sqs:SendMessage"]) && data.aws_iam_policy_document.sensor.statement[0].resources == toset([var.queue_arn])
    error_message = "The role must permit exactly sending alerts."
  }
}

run "pod_identity_without_a_provider" {
  command = apply

  assert {
    condition     = length(aws_eks_pod_identity_association.sensor) == 1 && length(data.aws_iam_policy_document.irsa) == 0 && length(output.service_account_annotations) == 0
    error_message = "Only EKS Pod Identity must be trusted."
  }
  assert {
    condition = { for condition in data.aws_iam_policy_document.pod_identity[0].statement[0].condition : condition.variable => one(condition.values) } == {
      "aws:SourceAccount"                         = "123456789012"
      "aws:RequestTag/eks-cluster-name"           = "prod"
      "aws:RequestTag/kubernetes-namespace"       = "tiercel"
      "aws:RequestTag/kubernetes-service-account" = "tiercel-sensor"
    }
    error_message = "Only pods of the service account must be trusted."
  }
}

run "irsa_with_a_provider" {
  command = apply

  variables {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
    namespace         = "security"
  }

  assert {
    condition     = length(aws_eks_pod_identity_association.sensor) == 0 && length(data.aws_iam_policy_document.pod_identity) == 0
    error_message = "Only the OpenID Connect provider must be trusted."
  }
  assert {
    condition = { for condition in data.aws_iam_policy_document.irsa[0].statement[0].condition : condition.variable => one(condition.values) } == {
      "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF:sub" = "system:serviceaccount:security:tiercel-sensor"
      "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF:aud" = "sts.amazonaws.com"
    }
    error_message = "Only pods of the service account must be trusted."
  }
  assert {
    condition     = output.service_account_annotations["eks.amazonaws.com/role-arn"] == aws_iam_role.sensor.arn
    error_message = "The annotations lack the role."
  }
}

run "provider_url_instead_of_arn" {
  command = plan
  variables {
    oidc_provider_arn = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
  }
  expect_failures = [var.oidc_provider_arn]
}

run "namespace_with_wildcard" {
  command = plan
  variables {
    namespace = "*"
  }
  expect_failures = [var.namespace]
}

run "service_account_with_wildcard" {
  command = plan
  variables {
    service_account = "*"
  }
  expect_failures = [var.service_account]
}
