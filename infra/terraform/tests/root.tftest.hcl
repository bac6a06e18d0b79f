# What a user can get wrong is refused before anything is created, and what was not asked for is not there. Run with "terraform
# test" or "tofu test", here and in each module; no account.

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
  settings = { function_zip = "./tests/placeholder.zip" }
}

run "nothing_has_to_be_set" {
  command = apply

  assert {
    condition     = output.sensor_role_arn == null && output.kubernetes_groups == null && output.interact_url == null
    error_message = "There is something for a cluster, or for channels, that nobody has named."
  }
  assert {
    condition     = yamldecode(output.helm_values).delivery.sqs.region == "eu-west-1" && yamldecode(output.helm_values).cluster == ""
    error_message = "The chart is not told where alerts go."
  }
}

run "a_cluster_brings_sensors_and_enrich_into_it" {
  command = apply

  variables {
    cluster = { name = "prod" }
  }

  assert {
    condition     = output.sensor_role_arn != null && output.kubernetes_groups == { enrich = "tiercel-enrich" }
    error_message = "Sensors have a role and enrich is let in; respond is not, since no action needs it."
  }
  assert {
    condition     = yamldecode(output.helm_values).cluster == "prod" && yamldecode(output.helm_values).serviceAccount.name == "tiercel-sensor" && yamldecode(output.helm_values).serviceAccount.annotations == {}
    error_message = "The chart is not told of the cluster and the service account."
  }
}

run "an_action_on_the_cluster_lets_respond_in" {
  command = apply

  variables {
    cluster = {
      name              = "prod"
      oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
    }
    # The tag of the cluster's instances is the standard.
    responses = { actions = ["k8s:label", "ec2:stop"] }
  }

  assert {
    condition     = output.kubernetes_groups == { enrich = "tiercel-enrich", respond = "tiercel-respond" }
    error_message = "respond is not let in."
  }
  assert {
    condition     = yamldecode(output.helm_values).serviceAccount.annotations["eks.amazonaws.com/role-arn"] == output.sensor_role_arn
    error_message = "The service account is not annotated with the role."
  }
  assert {
    condition     = yamldecode(output.helm_values).respond == { rbac = { create = true }, actions = ["k8s:label"] } && yamldecode(output.helm_values).enrich.rbac.create
    error_message = "The chart gives respond the rights of its actions, and enrich its own."
  }
}

run "channels_bring_a_url" {
  command = apply

  variables {
    notifications = { channels = { secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/channels-AbCdEf" } }
  }

  assert {
    condition     = output.interact_url != null && contains(keys(output.function_arns), "interact")
    error_message = "There is no URL for what people press."
  }
}

run "name_with_capitals" {
  command = plan
  variables {
    name = "Tiercel"
  }
  expect_failures = [var.name]
}

run "cluster_by_its_arn" {
  command = plan
  variables {
    cluster = { name = "arn:aws:eks:eu-west-1:123456789012:cluster/prod" }
  }
  expect_failures = [var.cluster]
}
