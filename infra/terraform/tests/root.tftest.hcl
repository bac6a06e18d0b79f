# Invalid input is rejected before anything is created, and resources that were not requested do not exist. Run "terraform test"
# or "tofu test" here and in each module. No AWS account is needed.

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
  mock_data "aws_partition" {
    defaults = {
      partition = "aws"
    }
  }
  mock_data "aws_region" {
    defaults = {
      region = "eu-west-1"
    }
  }
  mock_data "aws_eks_cluster" {
    defaults = {
      identity = [{ oidc = [{ issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/REPORTED" }] }]
    }
  }
  mock_resource "aws_kms_key" {
    defaults = {
      arn = "arn:aws:kms:eu-west-1:123456789012:key/mock"
    }
  }
  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/mock"
    }
  }
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:123456789012:mock"
    }
  }
  mock_resource "aws_lambda_alias" {
    defaults = {
      arn = "arn:aws:lambda:eu-west-1:123456789012:function:mock:live"
    }
  }
  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = {
      arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:mock"
    }
  }
}

variables {
  settings = { function_zip = "./tests/placeholder.zip", respond_zip = "./tests/placeholder-respond.zip", notify_zip = "./tests/placeholder-notify.zip", operate_zip = "./tests/placeholder-operate.zip" }
}

run "defaults_need_no_input" {
  command = apply

  assert {
    condition     = output.sensor_role_arn == null && output.kubernetes_groups == null && output.interact_url == null
    error_message = "Resources for a cluster or for channels exist although none is set."
  }
  assert {
    condition     = yamldecode(output.helm_values).delivery.sqs.region == "eu-west-1" && yamldecode(output.helm_values).cluster == ""
    error_message = "The Helm values lack the queue URL."
  }
}

run "cluster_gives_access_to_sensors_and_enrich" {
  command = apply

  variables {
    cluster = { name = "prod" }
  }

  assert {
    condition     = output.sensor_role_arn != null && output.kubernetes_groups == { enrich = tolist(["tiercel-enrich"]) }
    error_message = "Sensors need a role and enrich needs an access entry; respond must have none, because no action needs it."
  }
  assert {
    condition     = yamldecode(output.helm_values).cluster == "prod" && yamldecode(output.helm_values).serviceAccount.name == "tiercel-sensor" && yamldecode(output.helm_values).serviceAccount.annotations == {}
    error_message = "The Helm values lack the cluster or the service account."
  }
}

run "cluster_action_gives_access_to_respond" {
  command = apply

  variables {
    cluster = {
      name              = "prod"
      oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
    }
    # The default is the tag of the cluster's instances.
    responses = { actions = ["k8s:label", "ec2:stop"] }
  }

  assert {
    condition     = output.kubernetes_groups == { enrich = tolist(["tiercel-enrich"]), respond = tolist(["tiercel-enrich", "tiercel-respond"]) }
    error_message = "respond has no access entry, or may not look targets up."
  }
  assert {
    condition     = yamldecode(output.helm_values).serviceAccount.annotations["eks.amazonaws.com/role-arn"] == output.sensor_role_arn
    error_message = "The service account lacks the role annotation."
  }
  assert {
    condition     = yamldecode(output.helm_values).respond == { rbac = { create = true }, actions = ["k8s:label"] } && yamldecode(output.helm_values).enrich.rbac.create
    error_message = "The Helm values must grant respond the permissions of its actions, and enrich its own."
  }
}

run "instance_action_lets_respond_look_targets_up" {
  command = apply

  variables {
    cluster   = { name = "prod" }
    responses = { actions = ["ec2:stop"] }
  }

  assert {
    condition     = output.kubernetes_groups["respond"] == tolist(["tiercel-enrich"])
    error_message = "respond must read pods and nodes, and must not act on the cluster."
  }
  assert {
    condition     = local.issuer == "https://oidc.eks.eu-west-1.amazonaws.com/id/REPORTED"
    error_message = "The issuer must be the one that EKS reports."
  }
}

run "calls_of_receivers_need_no_access" {
  command = apply

  variables {
    cluster   = { name = "prod" }
    responses = { actions = ["webhook"], webhook_secret_arns = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:hook-AbCdEf"] }
  }

  assert {
    condition     = output.kubernetes_groups == { enrich = tolist(["tiercel-enrich"]) }
    error_message = "respond must have no access entry, because a webhook has no target in the cluster."
  }
}

run "issuer_is_the_provider_of_irsa" {
  command = plan

  variables {
    cluster = {
      name              = "prod"
      oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
    }
  }

  assert {
    condition     = local.issuer == "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF" && length(data.aws_eks_cluster.this) == 0
    error_message = "The issuer must follow from the OpenID Connect provider."
  }
}

run "issuer_can_be_set" {
  command = plan

  variables {
    cluster  = { name = "prod", namespace = "watch", issuer = "https://issuer.example.com" }
    settings = { function_zip = "./tests/placeholder.zip", respond_zip = "./tests/placeholder-respond.zip", notify_zip = "./tests/placeholder-notify.zip", operate_zip = "./tests/placeholder-operate.zip", identity = { audience = "prod", required = true } }
  }

  assert {
    condition     = local.issuer == "https://issuer.example.com" && length(data.aws_eks_cluster.this) == 0
    error_message = "The issuer must be the one that is set."
  }
  assert {
    condition     = local.helm_values.identity.audience == "prod"
    error_message = "The sensors' tokens have another audience than the one that enrich accepts."
  }
}

run "no_issuer_without_a_cluster" {
  command = plan

  assert {
    condition     = local.issuer == null && length(data.aws_eks_cluster.this) == 0 && local.helm_values.serviceAccount.name == "tiercel-sensor"
    error_message = "Without a cluster there is no issuer, and the chart keeps its service account."
  }
}

run "channels_create_a_url" {
  command = apply

  variables {
    notifications = { channels = { secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/channels-AbCdEf" } }
  }

  assert {
    condition     = output.interact_url != null && contains(keys(output.function_arns), "interact")
    error_message = "There is no URL for calls from Slack and PagerDuty."
  }
}

run "name_with_capitals" {
  command = plan
  variables {
    name = "Tiercel"
  }
  expect_failures = [var.name]
}

run "cluster_arn_instead_of_name" {
  command = plan
  variables {
    cluster = { name = "arn:aws:eks:eu-west-1:123456789012:cluster/prod" }
  }
  expect_failures = [var.cluster]
}
