# What a user can get wrong is refused before anything is created. Run with "terraform test" or "tofu test"; no account.

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
}

variables {
  name         = "tiercel"
  function_zip = "../../tests/placeholder.zip"
}

run "defaults_are_valid" {
  command = plan

  assert {
    condition     = aws_sqs_queue.queue["alerts"].visibility_timeout_seconds >= 6 * aws_lambda_function.function["enrich"].timeout
    error_message = "The queue shows a message again before six time-outs of the function have passed."
  }
  assert {
    condition     = aws_sqs_queue.queue["alerts"].message_retention_seconds < aws_sqs_queue.dead_letters["alerts"].message_retention_seconds
    error_message = "A message would expire in the dead-letter queue as soon as it gets there."
  }
  assert {
    condition     = aws_sqs_queue.queue["announcements"].fifo_queue && aws_lambda_event_source_mapping.queue["notify"].batch_size == 1
    error_message = "Two that notify at once would tell people the same thing twice."
  }
  assert {
    condition     = alltrue([for name, queue in aws_sqs_queue.queue : !queue.fifo_queue || alltrue([for reader, of in local.readers : of.queue != name || of.batch_size == 1])])
    error_message = "A queue that keeps an order is read one message at a time."
  }
  assert {
    condition     = toset(keys(local.functions)) == local.function_names
    error_message = "Every function has a role and a log group, and no others are there."
  }
  assert {
    condition     = contains(aws_lambda_event_source_mapping.queue["enrich"].function_response_types, "ReportBatchItemFailures")
    error_message = "AWS would delete failed alerts together with the good ones."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].publish && aws_lambda_function.function["enrich"].snap_start[0].apply_on == "PublishedVersions"
    error_message = "SnapStart needs published versions."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].runtime == "java25" && aws_lambda_function.function["enrich"].architectures[0] == "arm64"
    error_message = "The default is Java 25 on arm64."
  }
  assert {
    condition     = !contains(keys(aws_lambda_function.function["notify"].environment[0].variables), "TIERCEL_SLACK_SECRET")
    error_message = "No secret given, yet the function is told of one."
  }
  assert {
    condition     = length(aws_lambda_function_url.interact) == 0 && !contains(keys(aws_lambda_function.function), "interact")
    error_message = "Without channels nobody may call."
  }
  assert {
    condition     = length(data.aws_iam_policy_document.notify.statement) == 2
    error_message = "Without a secret the role must not read one."
  }
}

run "a_secret_is_passed_by_reference_and_only_it_may_be_read" {
  command = plan

  variables {
    notifications = { slack_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/slack-AbCdEf" }
  }

  assert {
    condition     = aws_lambda_function.function["notify"].environment[0].variables["TIERCEL_SLACK_SECRET"] == var.notifications.slack_secret_arn
    error_message = "The function is not told which secret to read."
  }
  assert {
    condition     = toset(data.aws_iam_policy_document.notify.statement[2].resources) == toset([var.notifications.slack_secret_arn])
    error_message = "The role must read that secret and no other."
  }
}

run "channels_bring_a_url_and_only_their_secrets_may_be_read" {
  command = plan

  variables {
    notifications = {
      channels = {
        secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/notifications-AbCdEf"
        refers_to  = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/pagerduty-AbCdEf"]
      }
    }
  }

  assert {
    condition     = length(aws_lambda_function_url.interact) == 1 && aws_lambda_function_url.interact[0].qualifier == "live"
    error_message = "There is no URL for what people press."
  }
  assert {
    condition     = aws_lambda_function.function["notify"].environment[0].variables["TIERCEL_NOTIFICATIONS"] == "secret:${var.notifications.channels.secret_arn}"
    error_message = "notify is not told where the channels are."
  }
  assert {
    condition     = toset(data.aws_iam_policy_document.interact.statement[2].resources) == toset(concat([var.notifications.channels.secret_arn], var.notifications.channels.refers_to))
    error_message = "The role must read those secrets and no others."
  }
}

run "channel_secret_with_wildcard" {
  command = plan
  variables {
    notifications = { channels = {
      secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/notifications-AbCdEf"
      refers_to  = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:*"]
    } }
  }
  expect_failures = [var.notifications]
}

run "limits_reach_what_they_limit" {
  command = plan

  variables {
    name         = "tc-prod-2"
    architecture = "x86_64"
    limits = {
      memory_mb       = 2048
      timeout_s       = 60
      max_concurrency = 2
    }
  }

  assert {
    condition     = aws_lambda_function.function["enrich"].memory_size == 2048 && aws_lambda_function.function["enrich"].timeout == 60
    error_message = "Memory and time-out do not reach the function."
  }
  assert {
    condition     = aws_sqs_queue.queue["alerts"].visibility_timeout_seconds == 360
    error_message = "The queue does not follow the function's time-out."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.queue["enrich"].scaling_config[0].maximum_concurrency == 2
    error_message = "The concurrency does not reach the event source mapping."
  }
  assert {
    condition     = aws_cloudwatch_log_group.function["enrich"].retention_in_days == 30
    error_message = "A limit that is left out keeps its default."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].architectures[0] == "x86_64"
    error_message = "The architecture does not reach the function."
  }
}

run "name_with_capitals" {
  command = plan
  variables {
    name = "Tiercel"
  }
  expect_failures = [var.name]
}

run "name_ending_with_hyphen" {
  command = plan
  variables {
    name = "tiercel-"
  }
  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan
  variables {
    name = "a23456789012345678901234567890123"
  }
  expect_failures = [var.name]
}

run "zip_missing" {
  command = plan
  variables {
    function_zip = "./tests/no-such.zip"
  }
  expect_failures = [var.function_zip]
}

run "architecture_unknown" {
  command = plan
  variables {
    architecture = "amd64"
  }
  expect_failures = [var.architecture]
}

run "webhook_instead_of_secret" {
  command = plan
  variables {
    notifications = { slack_secret_arn = "https://hooks.slack.com/services/T000/B000/x" }
  }
  expect_failures = [var.notifications]
}

run "memory_too_small" {
  command = plan
  variables {
    limits = { memory_mb = 256 }
  }
  expect_failures = [var.limits]
}

run "timeout_too_long" {
  command = plan
  variables {
    limits = { timeout_s = 901 }
  }
  expect_failures = [var.limits]
}

run "concurrency_below_what_sqs_accepts" {
  command = plan
  variables {
    limits = { max_concurrency = 1 }
  }
  expect_failures = [var.limits]
}

run "retention_not_offered" {
  command = plan
  variables {
    limits = { log_retention_days = 31 }
  }
  expect_failures = [var.limits]
}

run "a_function_may_have_limits_of_its_own_and_its_queue_follows" {
  command = plan

  variables {
    function_limits = { respond = { timeout_s = 120 }, enrich = { memory_mb = 2048 } }
  }

  assert {
    condition     = aws_lambda_function.function["respond"].timeout == 120 && aws_lambda_function.function["respond"].memory_size == 1024
    error_message = "What a function has of its own goes before what all have, and no further."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].memory_size == 2048 && aws_lambda_function.function["enrich"].timeout == 30
    error_message = "What a function has of its own goes before what all have, and no further."
  }
  assert {
    condition     = aws_sqs_queue.queue["responses"].visibility_timeout_seconds == 720 && aws_sqs_queue.queue["alerts"].visibility_timeout_seconds == 180
    error_message = "Each queue follows the time-out of the function that reads it."
  }
}

run "everything_that_is_kept_is_encrypted" {
  command = apply

  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.queue), values(aws_sqs_queue.dead_letters), [aws_sqs_queue.schedules_dead]) : queue.sqs_managed_sse_enabled])
    error_message = "A queue is not encrypted."
  }
  assert {
    condition     = aws_dynamodb_table.incidents.server_side_encryption[0].enabled && aws_dynamodb_table.incidents.server_side_encryption[0].kms_key_arn == aws_kms_key.pipeline.arn
    error_message = "The table is not encrypted with the key."
  }
  assert {
    condition     = alltrue([for group in values(aws_cloudwatch_log_group.function) : group.kms_key_id == aws_kms_key.pipeline.arn && group.retention_in_days == 30])
    error_message = "A log group is not encrypted with the key, or kept for ever."
  }
  assert {
    condition     = aws_dynamodb_table.incidents.point_in_time_recovery[0].enabled && aws_dynamodb_table.incidents.ttl[0].enabled && aws_dynamodb_table.incidents.billing_mode == "PAY_PER_REQUEST"
    error_message = "The table is not as it should be."
  }
  assert {
    condition     = aws_kms_key.pipeline.enable_key_rotation
    error_message = "The key is not rotated."
  }
}

run "what_cannot_be_called_in_its_minute_is_kept" {
  command = apply

  assert {
    condition     = aws_lambda_function.function["sweep"].dead_letter_config[0].target_arn == aws_sqs_queue.schedules_dead.arn
    error_message = "Sweeps that fail are lost."
  }
  assert {
    condition     = aws_scheduler_schedule.sweep.target[0].dead_letter_config[0].arn == aws_sqs_queue.schedules_dead.arn && aws_scheduler_schedule.notify.target[0].dead_letter_config[0].arn == aws_sqs_queue.schedules_dead.arn
    error_message = "Calls that cannot be made are lost."
  }
}

run "files_are_parameters_or_lie_in_a_layer" {
  command = apply

  variables {
    layers        = ["arn:aws:lambda:eu-west-1:123456789012:layer:lists:3"]
    responses     = { policies = "- policy: x" }
    configuration = { enrichment = "/opt/enrichment.yaml" }
  }

  assert {
    condition     = startswith(aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_RESPONSES"], "ssm:/tiercel/tiercel/responses:")
    error_message = "respond is not told where the policies are."
  }
  assert {
    condition     = aws_lambda_function.function["notify"].environment[0].variables["TIERCEL_RESPONSES"] == aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_RESPONSES"]
    error_message = "People would be told of another plan than the one that is made."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].environment[0].variables["TIERCEL_ENRICHMENT"] == "/opt/enrichment.yaml" && aws_lambda_function.function["enrich"].layers == tolist(var.layers)
    error_message = "enrich is not told of the file in the layer, or has no layer."
  }
  assert {
    condition     = toset(keys(aws_ssm_parameter.configuration)) == toset(["responses"])
    error_message = "A parameter for each text, and for nothing else."
  }
  assert {
    condition     = length([for statement in data.aws_iam_policy_document.own["respond"].statement : statement if statement.sid == "ReadConfiguration"]) == 1 && length([for statement in data.aws_iam_policy_document.own["enrich"].statement : statement if statement.sid == "ReadConfiguration"]) == 0
    error_message = "Who is told of a parameter may read it, and nobody else."
  }
}

run "nothing_may_be_done_unless_it_is_enabled" {
  command = plan

  assert {
    condition     = length(aws_iam_role_policy.actions) == 0
    error_message = "There are rights for actions, and no actions."
  }
  assert {
    condition     = !contains(keys(aws_lambda_function.function["respond"].environment[0].variables), "TIERCEL_ACTIONS")
    error_message = "respond is told to act."
  }
  assert {
    condition     = aws_ssm_parameter.kill_switch.insecure_value == "off"
    error_message = "The kill switch is thrown from the beginning."
  }
}

run "one_action_brings_its_rights_and_no_others" {
  command = plan

  variables {
    responses = { actions = ["ec2:stop"], instance_tags = { "kubernetes.io/cluster/prod" = "owned" } }
  }

  assert {
    condition     = toset(keys(local.statements)) == toset(["LookAtInstances", "StopInstances"])
    error_message = "ec2:stop needs to see instances, to stop and to start them."
  }
  assert {
    condition     = toset([for condition in local.statements["StopInstances"].conditions : condition.variable]) == toset(["aws:RequestedRegion", "aws:ResourceTag/kubernetes.io/cluster/prod"])
    error_message = "Only instances of this region, with the tag, may be stopped."
  }
  assert {
    condition     = aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_ACTIONS"] == "aws"
    error_message = "respond is not told what it may act on."
  }
}

run "every_write_on_ec2_is_bound_to_the_region" {
  command = plan

  variables {
    cluster_name = "prod"
    responses = {
      actions = [
        "k8s:isolate-pod", "k8s:delete-pod", "k8s:label", "k8s:cordon", "k8s:scale", "ec2:isolate", "ec2:preserve", "ec2:stop",
        "ec2:imds-lockdown", "iam:revoke-sessions", "lambda:invoke", "webhook",
      ]
      instance_tags       = { "kubernetes.io/cluster/prod" = "owned" }
      vpc_ids             = ["vpc-0123456789abcdef0"]
      evidence            = "s3://evidence"
      role_arns           = ["arn:aws:iam::123456789012:role/prod-nodes-*"]
      function_arns       = ["arn:aws:lambda:eu-west-1:123456789012:function:respond-more"]
      webhook_secret_arns = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:hook-AbCdEf"]
    }
  }

  assert {
    condition = alltrue([for sid, statement in local.statements :
      contains([for condition in statement.conditions : condition.variable], "aws:RequestedRegion")
      if anytrue([for action in statement.actions : can(regex("^(ec2|autoscaling|elasticloadbalancing):[^D]|:Detach|:Deregister", action))])
    ])
    error_message = "A write is not bound to the region."
  }
  assert {
    condition     = contains([for condition in local.statements["MoveInterfaces"].conditions : condition.variable], "ec2:Vpc")
    error_message = "Interfaces of every VPC may be moved."
  }
  assert {
    condition     = local.statements["KeepManifest"].resources == ["arn:aws:s3:::evidence/*"]
    error_message = "Manifests go to the bucket."
  }
  assert {
    condition     = aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_ACTIONS"] == "aws,kubernetes" && aws_lambda_function.function["enrich"].environment[0].variables["TIERCEL_ENRICH_SOURCES"] == "aws,kubernetes"
    error_message = "The cluster is not asked, or not acted on."
  }
}

run "a_pod_is_isolated_with_its_own_interfaces" {
  command = plan

  variables {
    cluster_name = "prod"
    responses    = { actions = ["k8s:isolate-pod"] }
  }

  assert {
    condition     = aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_ACTIONS"] == "aws,kubernetes" && contains(keys(local.statements), "MoveInterfaces")
    error_message = "The pod's own interfaces stay open."
  }
}

run "a_label_needs_the_cluster_only" {
  command = plan

  variables {
    cluster_name = "prod"
    responses    = { actions = ["k8s:label"] }
  }

  assert {
    condition     = toset(keys(local.statements)) == toset(["FindCluster"]) && aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_ACTIONS"] == "kubernetes"
    error_message = "k8s:label needs nothing of AWS but to find the cluster."
  }
}

run "cluster_by_its_arn" {
  command = plan
  variables {
    cluster_name = "arn:aws:eks:eu-west-1:123456789012:cluster/prod"
  }
  expect_failures = [var.cluster_name]
}

run "action_on_a_cluster_without_one" {
  command = plan
  variables {
    responses = { actions = ["k8s:label"] }
  }
  expect_failures = [aws_iam_role_policy.actions]
}

run "action_unknown" {
  command = plan
  variables {
    responses = { actions = ["ec2:terminate"] }
  }
  expect_failures = [var.responses]
}

run "instances_of_everybody" {
  command = plan
  variables {
    responses = { actions = ["ec2:stop"] }
  }
  expect_failures = [var.responses]
}

run "manifests_without_a_place" {
  command = plan
  variables {
    responses = { actions = ["ec2:preserve"], instance_tags = { a = "b" } }
  }
  expect_failures = [var.responses]
}

run "every_role_of_the_account" {
  command = plan
  variables {
    responses = { actions = ["iam:revoke-sessions"], role_arns = ["arn:aws:iam::123456789012:role/*"] }
  }
  expect_failures = [var.responses]
}

run "roles_of_the_pipeline_itself" {
  command = plan
  variables {
    responses = { actions = ["iam:revoke-sessions"], role_arns = ["arn:aws:iam::123456789012:role/tier*"] }
  }
  expect_failures = [aws_iam_role_policy.actions]
}

run "role_of_respond_itself" {
  command = plan
  variables {
    responses = { actions = ["iam:revoke-sessions"], role_arns = ["arn:aws:iam::123456789012:role/tiercel-respond"] }
  }
  expect_failures = [aws_iam_role_policy.actions]
}

run "role_whose_name_only_begins_like_one_of_the_pipeline" {
  command = plan
  variables {
    responses = { actions = ["iam:revoke-sessions"], role_arns = ["arn:aws:iam::123456789012:role/tiercel-respond-nodes"] }
  }
  assert {
    condition     = length(aws_iam_role_policy.actions) == 1
    error_message = "Another role is refused."
  }
}

run "sessions_of_no_role" {
  command = plan
  variables {
    responses = { actions = ["iam:revoke-sessions"] }
  }
  expect_failures = [var.responses]
}

run "invoked_function_with_wildcard" {
  command = plan
  variables {
    responses = { actions = ["lambda:invoke"], function_arns = ["arn:aws:lambda:eu-west-1:123456789012:function:*"] }
  }
  expect_failures = [var.responses]
}

run "webhook_without_a_secret" {
  command = plan
  variables {
    responses = { actions = ["webhook"] }
  }
  expect_failures = [var.responses]
}

run "vpc_by_its_name" {
  command = plan
  variables {
    responses = { vpc_ids = ["main"] }
  }
  expect_failures = [var.responses]
}

run "layer_without_a_version" {
  command = plan
  variables {
    layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:lists"]
  }
  expect_failures = [var.layers]
}

run "limits_of_an_unknown_function" {
  command = plan
  variables {
    function_limits = { alert = { timeout_s = 60 } }
  }
  expect_failures = [var.function_limits]
}

run "time_out_of_one_function_too_short" {
  command = plan
  variables {
    function_limits = { respond = { timeout_s = 5 } }
  }
  expect_failures = [var.function_limits]
}
