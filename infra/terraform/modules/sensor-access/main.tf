# The role of the sensors. It permits sending to the alerts queue and nothing else. Only pods of one service account can assume
# it: through IRSA if an OpenID Connect provider is set, otherwise through EKS Pod Identity.

data "aws_caller_identity" "current" {}

locals {
  irsa   = var.oidc_provider_arn != null
  issuer = local.irsa ? split(":oidc-provider/", var.oidc_provider_arn)[1] : null
}

data "aws_iam_policy_document" "irsa" {
  count = local.irsa ? 1 : 0

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:${var.namespace}:${var.service_account}"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "pod_identity" {
  count = local.irsa ? 0 : 1

  statement {
    # Session tags identify the pod.
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks-cluster-name"
      values   = [var.cluster_name]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-namespace"
      values   = [var.namespace]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-service-account"
      values   = [var.service_account]
    }
  }
}

resource "aws_iam_role" "sensor" {
  name               = "${var.name}-sensor"
  description        = "Permissions of the sensors of ${var.cluster_name}: send alerts"
  assume_role_policy = one(concat(data.aws_iam_policy_document.irsa, data.aws_iam_policy_document.pod_identity)[*].json)
  tags               = var.tags
}

data "aws_iam_policy_document" "sensor" {
  statement {
    sid       = "SendAlerts"
    actions   = ["sqs:SendMessage"]
    resources = [var.queue_arn]
  }
}

resource "aws_iam_role_policy" "sensor" {
  name   = "sensor"
  role   = aws_iam_role.sensor.id
  policy = data.aws_iam_policy_document.sensor.json
}

resource "aws_eks_pod_identity_association" "sensor" {
  count = local.irsa ? 0 : 1

  cluster_name    = var.cluster_name
  namespace       = var.namespace
  service_account = var.service_account
  role_arn        = aws_iam_role.sensor.arn
  tags            = var.tags
}
