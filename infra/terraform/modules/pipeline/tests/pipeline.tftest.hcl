# Invalid input is rejected before anything is created. Run "terraform test" or "tofu test". No AWS account is needed.

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
  mock_resource "aws_lambda_function" {
    defaults = {
      arn = "arn:aws:lambda:eu-west-1:123456789012:function:mock"
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
  respond_zip  = "../../tests/placeholder-respond.zip"
  notify_zip   = "../../tests/placeholder-notify.zip"
  operate_zip  = "../../tests/placeholder-operate.zip"
}

run "defaults_are_valid" {
  command = plan

  assert {
    condition     = aws_sqs_queue.queue["alerts"].visibility_timeout_seconds >= 6 * aws_lambda_function.function["enrich"].timeout
    error_message = "The visibility timeout must be at least six function timeouts."
  }
  assert {
    condition     = aws_sqs_queue.queue["alerts"].message_retention_seconds < aws_sqs_queue.dead_letters["alerts"].message_retention_seconds
    error_message = "The dead-letter queue must retain messages longer than the queue."
  }
  assert {
    condition     = aws_sqs_queue.queue["notifications"].fifo_queue && aws_lambda_event_source_mapping.queue["notify"].batch_size == 1
    error_message = "A message of notify may occupy its invocation until the timeout, so no other message may wait for it."
  }
  assert {
    condition     = alltrue([for name, queue in aws_sqs_queue.queue : !queue.fifo_queue || alltrue([for consumer in local.consumers : consumer.queue != name || consumer.batch_size == 1])])
    error_message = "FIFO queues must be read one message at a time."
  }
  assert {
    condition = { for name, mapping in aws_lambda_event_source_mapping.queue : name => mapping.scaling_config[0].maximum_concurrency } == {
      enrich = 10, enrich-unverified = 2, deduplicate = 10, deduplicate-unverified = 2, respond = 10, respond-urgent = 10, respond-unverified = 2,
      notify = 10, notify-unverified = 2
    }
    error_message = "Messages of unverified senders must not use the concurrency of the others."
  }
  assert {
    condition     = toset(keys(local.functions)) == local.function_names
    error_message = "Exactly the functions must have roles and log groups."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.queue["deduplicate"].batch_size == 100 && aws_lambda_event_source_mapping.queue["deduplicate"].maximum_batching_window_in_seconds == 1
    error_message = "deduplicate must count large batches."
  }
  assert {
    condition     = alltrue([for name, function in aws_lambda_function.function : strcontains(function.handler, "FunqyStreamHandler") == !contains(["deduplicate", "operate", "operate-read"], name)])
    error_message = "Only deduplicate takes a whole batch, and only operate a request as it is."
  }
  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.queue : contains(mapping.function_response_types, "ReportBatchItemFailures")])
    error_message = "Without partial batch responses, Lambda would delete failed alerts."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].publish && aws_lambda_function.function["enrich"].snap_start[0].apply_on == "PublishedVersions"
    error_message = "SnapStart requires published versions."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].runtime == "java25" && aws_lambda_function.function["enrich"].architectures[0] == "arm64"
    error_message = "The default must be Java 25 on arm64."
  }
  assert {
    condition     = !contains(keys(aws_lambda_function.function["notify"].environment[0].variables), "TIERCEL_SLACK_SECRET")
    error_message = "The function has a secret although none is set."
  }
  assert {
    condition     = length(aws_lambda_function_url.interact) == 0 && !contains(keys(aws_lambda_function.function), "interact")
    error_message = "Without channels there must be no URL and no interact function."
  }
  assert {
    condition     = [for statement in data.aws_iam_policy_document.notify.statement : statement.sid] == ["WakeChannelsAndSendToDeadLetterQueues"]
    error_message = "Without secrets and targets the role must have no permission to use one."
  }
  assert {
    condition     = aws_lambda_function.function["notify"].timeout == 60 && aws_lambda_function.function["notify"].environment[0].variables["TIERCEL_NOTIFY_TIMEOUT"] == "60"
    error_message = "notify must know its timeout."
  }
  assert {
    condition     = aws_sqs_queue.queue["notifications"].deduplication_scope == "messageGroup" && aws_sqs_queue.queue["notifications"].fifo_throughput_limit == "perMessageGroupId"
    error_message = "A storm of incidents would exceed the throughput of a FIFO queue."
  }
  assert {
    condition     = local.unverified_suffix == ""
    error_message = "If no sender can be verified, all alerts must have the whole concurrency."
  }
}

run "slack_secret_is_passed_by_reference" {
  command = plan

  variables {
    notifications = { slack_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/slack-AbCdEf" }
  }

  assert {
    condition     = aws_lambda_function.function["notify"].environment[0].variables["TIERCEL_SLACK_SECRET"] == var.notifications.slack_secret_arn
    error_message = "The function lacks the secret's ARN."
  }
  assert {
    condition     = toset(data.aws_iam_policy_document.notify.statement[1].resources) == toset([var.notifications.slack_secret_arn])
    error_message = "The role must have permission to read exactly this secret."
  }
}

run "channels_create_a_url_and_grant_their_secrets_only" {
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
    error_message = "There is no URL for calls from Slack and PagerDuty."
  }
  assert {
    condition     = aws_lambda_function.function["interact"].reserved_concurrent_executions == 5
    error_message = "Calls of the public URL must leave concurrency to the other functions."
  }
  assert {
    condition     = aws_lambda_function.function["notify"].environment[0].variables["TIERCEL_NOTIFICATIONS"] == "secret:${var.notifications.channels.secret_arn}"
    error_message = "notify lacks the ARN of the notification file."
  }
  assert {
    condition     = toset(data.aws_iam_policy_document.interact.statement[2].resources) == toset(concat([var.notifications.channels.secret_arn], var.notifications.channels.refers_to))
    error_message = "The role must have permission to read exactly these secrets."
  }
}

run "targets_grant_what_their_channels_call" {
  command = plan

  variables {
    notifications = {
      channels = {
        secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/notifications-AbCdEf"
        targets = [
          "arn:aws:sns:eu-west-1:123456789012:incidents.fifo",
          "arn:aws:sns:eu-west-1:123456789012:pages",
          "arn:aws:events:eu-west-1:123456789012:event-bus/default",
          "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
          "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default",
          "arn:aws:s3:::lake/incidents",
        ]
      }
    }
  }

  assert {
    condition = { for statement in data.aws_iam_policy_document.notify.statement : statement.sid => { actions = sort(statement.actions), resources = sort(statement.resources) } if contains(keys(local.target_actions), statement.sid) } == {
      PublishToTopics    = { actions = tolist(["sns:Publish"]), resources = tolist(["arn:aws:sns:eu-west-1:123456789012:incidents.fifo", "arn:aws:sns:eu-west-1:123456789012:pages"]) }
      PutEvents          = { actions = tolist(["events:PutEvents"]), resources = tolist(["arn:aws:events:eu-west-1:123456789012:event-bus/default"]) }
      SendEmail          = { actions = tolist(["ses:SendEmail", "ses:SendRawEmail"]), resources = tolist(["arn:aws:ses:eu-west-1:123456789012:identity/example.com"]) }
      ImportFindings     = { actions = tolist(["securityhub:BatchImportFindings"]), resources = tolist(["arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default"]) }
      PutIncidentObjects = { actions = tolist(["s3:PutObject"]), resources = tolist(["arn:aws:s3:::lake/incidents/*"]) }
    }
    error_message = "notify must be permitted to use exactly the listed targets."
  }
  assert {
    condition     = length([for statement in data.aws_iam_policy_document.interact.statement : statement if contains(keys(local.target_actions), statement.sid)]) == 0
    error_message = "Only notify sends messages."
  }
}

run "target_with_wildcard" {
  command = plan
  variables {
    notifications = { channels = {
      secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/notifications-AbCdEf"
      targets    = ["arn:aws:sns:eu-west-1:123456789012:*"]
    } }
  }
  expect_failures = [var.notifications]
}

run "target_of_another_service" {
  command = plan
  variables {
    notifications = { channels = {
      secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/notifications-AbCdEf"
      targets    = ["arn:aws:sqs:eu-west-1:123456789012:incidents"]
    } }
  }
  expect_failures = [var.notifications]
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

run "limits_are_applied" {
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
    error_message = "The function has other limits."
  }
  assert {
    condition     = aws_sqs_queue.queue["alerts"].visibility_timeout_seconds == 360
    error_message = "The visibility timeout does not follow the function's timeout."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.queue["enrich"].scaling_config[0].maximum_concurrency == 2
    error_message = "The event source mapping has another concurrency."
  }
  assert {
    condition     = aws_cloudwatch_log_group.function["enrich"].retention_in_days == 30
    error_message = "An omitted limit must keep its default."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].architectures[0] == "x86_64"
    error_message = "The function has another architecture."
  }
}

run "small_batches_need_no_window" {
  command = plan
  variables {
    batches = { size = 10, window_s = 0 }
  }
  assert {
    condition     = aws_lambda_event_source_mapping.queue["deduplicate"].batch_size == 10 && aws_lambda_event_source_mapping.queue["deduplicate"].maximum_batching_window_in_seconds == null
    error_message = "A window of 0 must not be set."
  }
}

run "large_batches_without_a_window" {
  command = plan
  variables {
    batches = { window_s = 0 }
  }
  expect_failures = [var.batches]
}

run "batches_larger_than_the_timeout_allows" {
  command = plan
  variables {
    batches = { size = 10000 }
  }
  expect_failures = [var.batches]
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

run "missing_zip" {
  command = plan
  variables {
    function_zip = "./tests/no-such.zip"
  }
  expect_failures = [var.function_zip]
}

run "missing_zip_of_respond" {
  command = plan
  variables {
    respond_zip = "./tests/no-such.zip"
  }
  expect_failures = [var.respond_zip]
}

run "missing_zip_of_notify" {
  command = plan
  variables {
    notify_zip = "./tests/no-such.zip"
  }
  expect_failures = [var.notify_zip]
}

run "one_zip_for_respond_and_notify" {
  command = plan
  variables {
    notify_zip = "../../tests/placeholder-respond.zip"
  }
  expect_failures = [var.notify_zip]
}

run "timeout_of_notify_too_short" {
  command = plan
  variables {
    function_limits = { notify = { timeout_s = 20 } }
  }
  expect_failures = [var.function_limits]
}

run "one_zip_for_all_functions" {
  command = plan
  variables {
    respond_zip = "../../tests/placeholder.zip"
  }
  expect_failures = [var.respond_zip]
}

run "code_comes_from_a_private_bucket" {
  command = apply

  assert {
    condition     = alltrue([for name, function in aws_lambda_function.function : function.s3_key == lookup({ respond = "respond.zip", notify = "notify.zip", interact = "notify.zip", operate = "operate.zip", operate-read = "operate.zip" }, name, "function.zip")])
    error_message = "respond and notify must have their own code, and all others the common one, from the bucket."
  }
  assert {
    condition     = alltrue([for name, block in aws_s3_bucket_public_access_block.bucket : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "A bucket can become public."
  }
  assert {
    condition     = alltrue([for name in ["artifacts", "anchors"] : aws_s3_bucket_versioning.bucket[name].versioning_configuration[0].status == "Enabled" && contains([for statement in data.aws_iam_policy_document.bucket[name].statement : statement.sid], "DenyUnencryptedTransport")])
    error_message = "A bucket lacks versioning, or accepts unencrypted transport."
  }
}

run "names_of_buckets_fit" {
  command = plan
  variables {
    name = "a2345678901234567890123456789012"
  }
  assert {
    condition     = alltrue([for bucket in values(local.buckets) : length(bucket) <= 63])
    error_message = "A bucket name is longer than 63 characters."
  }
}

run "anchors_cannot_be_deleted" {
  command = plan

  assert {
    condition     = aws_s3_bucket.bucket["anchors"].object_lock_enabled && !aws_s3_bucket.bucket["anchors"].force_destroy
    error_message = "The bucket of anchors has no Object Lock, or Terraform would empty it."
  }
  assert {
    condition     = aws_s3_bucket_object_lock_configuration.anchors.rule[0].default_retention[0].mode == "COMPLIANCE" && aws_s3_bucket_object_lock_configuration.anchors.rule[0].default_retention[0].days == 30
    error_message = "Anchors must be locked for 30 days by default."
  }
  assert {
    condition     = length(setsubtract(["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:PutObjectRetention"], flatten([for statement in data.aws_iam_policy_document.bucket["anchors"].statement : statement.actions if statement.effect == "Deny" && statement.sid == "DenyDeletion"]))) == 0
    error_message = "The bucket policy must deny deletion."
  }
  assert {
    condition     = aws_lambda_function.function["sweep"].environment[0].variables["TIERCEL_AUDIT_ANCHORS"] == "s3://${local.buckets.anchors}/anchors" && alltrue([for name, function in aws_lambda_function.function : name == "sweep" || !contains(keys(function.environment[0].variables), "TIERCEL_AUDIT_ANCHORS")])
    error_message = "Exactly sweep must know the location of the anchors."
  }
}

run "deletion_protection_can_be_turned_off" {
  command = plan
  variables {
    storage = { deletion_protection = false, anchor_lock = "governance", anchor_retention_days = 1 }
  }
  assert {
    condition     = !aws_dynamodb_table.incidents.deletion_protection_enabled && !aws_dynamodb_table.audit.deletion_protection_enabled && aws_s3_bucket.bucket["anchors"].force_destroy
    error_message = "A destroy would fail."
  }
  assert {
    condition     = aws_s3_bucket_object_lock_configuration.anchors.rule[0].default_retention[0].mode == "GOVERNANCE" && aws_s3_bucket_object_lock_configuration.anchors.rule[0].default_retention[0].days == 1
    error_message = "The anchors have another retention."
  }
}

run "unknown_lock" {
  command = plan
  variables {
    storage = { anchor_lock = "COMPLIANCE" }
  }
  expect_failures = [var.storage]
}

run "retention_of_zero_days" {
  command = plan
  variables {
    storage = { anchor_retention_days = 0 }
  }
  expect_failures = [var.storage]
}

run "functions_write_their_own_keys_only" {
  command = plan
  variables {
    notifications = { channels = { secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/channels-AbCdEf" } }
  }

  assert {
    condition     = length(local.table_permissions.enrich) == 0 && !contains(keys(aws_lambda_function.function["enrich"].environment[0].variables), "TIERCEL_TABLE")
    error_message = "enrich must have no access to a table."
  }
  assert {
    condition     = toset(keys(data.aws_iam_policy_document.tables)) == toset(["deduplicate", "respond", "notify", "sweep", "interact", "operate", "operate-read"])
    error_message = "Exactly the other functions must have access to the tables."
  }
  assert {
    condition     = alltrue([for action in distinct(flatten([for statements in values(local.table_permissions) : [for statement in statements : statement.actions]])) : contains(["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:UpdateItem"], action)])
    error_message = "No function may delete items or change a table."
  }
  assert {
    condition     = alltrue(flatten([for statements in values(local.table_permissions) : [for statement in statements : length(statement.keys) > 0 if length(setintersection(statement.actions, ["dynamodb:PutItem", "dynamodb:UpdateItem"])) > 0]]))
    error_message = "A write is not restricted to prefixes of keys."
  }
  assert {
    condition     = alltrue(flatten([for statements in values(local.table_permissions) : [for statement in statements : length(statement.attributes) > 0 if contains(statement.actions, "dynamodb:UpdateItem")]]))
    error_message = "An update is not restricted to attributes."
  }
  assert {
    condition     = length(setintersection(local.audit_entry, local.audit_head)) == 0 && !contains(concat(local.audit_entry, local.audit_head), "expires")
    error_message = "An update of a head could change an audit entry, or an entry could expire."
  }
}

run "unknown_architecture" {
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

run "concurrency_below_the_minimum_of_sqs" {
  command = plan
  variables {
    limits = { max_concurrency = 1 }
  }
  expect_failures = [var.limits]
}

run "unsupported_retention" {
  command = plan
  variables {
    limits = { log_retention_days = 31 }
  }
  expect_failures = [var.limits]
}

run "function_limits_override_common_limits" {
  command = plan

  variables {
    function_limits = { respond = { timeout_s = 150 }, enrich = { memory_mb = 2048 } }
  }

  assert {
    condition     = aws_lambda_function.function["respond"].timeout == 150 && aws_lambda_function.function["respond"].memory_size == 1024
    error_message = "A function's own limit must override the common one, for this function only."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].memory_size == 2048 && aws_lambda_function.function["enrich"].timeout == 30
    error_message = "A function's own limit must override the common one, for this function only."
  }
  assert {
    condition     = aws_sqs_queue.queue["responses"].visibility_timeout_seconds == 900 && aws_sqs_queue.queue["alerts"].visibility_timeout_seconds == 180
    error_message = "Each visibility timeout must follow the consuming function's timeout."
  }
}

run "concurrency_of_one_function" {
  command = plan

  variables {
    limits          = { max_concurrency = 20 }
    function_limits = { deduplicate = { max_concurrency = 5, reserved_concurrency = 8 }, sweep = { reserved_concurrency = 1 } }
  }

  assert {
    condition = alltrue([
      aws_lambda_event_source_mapping.queue["deduplicate"].scaling_config[0].maximum_concurrency == 5,
      aws_lambda_event_source_mapping.queue["enrich"].scaling_config[0].maximum_concurrency == 20,
      aws_lambda_event_source_mapping.queue["enrich-unverified"].scaling_config[0].maximum_concurrency == 4,
    ])
    error_message = "A function's own concurrency must override the common one, for this function only."
  }
  assert {
    condition = alltrue([
      aws_lambda_function.function["deduplicate"].reserved_concurrent_executions == 8,
      aws_lambda_function.function["enrich"].reserved_concurrent_executions == -1,
    ])
    error_message = "Concurrency is reserved only for the function that asks for it."
  }
}

run "reserved_concurrency_below_the_concurrency_of_the_queue" {
  command = plan
  variables {
    function_limits = { enrich = { reserved_concurrency = 11 } }
  }
  expect_failures = [var.function_limits]
}

run "account_without_concurrency_to_reserve" {
  command = plan
  variables {
    notifications   = { channels = { secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/notifications-AbCdEf" } }
    function_limits = { interact = { reserved_concurrency = -1 } }
  }
  assert {
    condition     = aws_lambda_function.function["interact"].reserved_concurrent_executions == -1
    error_message = "An account with a small quota must be able to do without."
  }
}

run "public_url_without_concurrency" {
  command = plan
  variables {
    function_limits = { interact = { reserved_concurrency = 0 } }
  }
  expect_failures = [var.function_limits]
}

run "reserved_concurrency_of_respond_below_its_queues" {
  command = plan
  variables {
    function_limits = { respond = { reserved_concurrency = 21 } }
  }
  expect_failures = [var.function_limits]
}

run "concurrency_of_a_function_without_a_queue" {
  command = plan
  variables {
    function_limits = { sweep = { max_concurrency = 5 } }
  }
  expect_failures = [var.function_limits]
}

run "respond_has_time_for_a_step" {
  command = plan
  variables {
    limits = { timeout_s = 200 }
  }
  assert {
    condition     = aws_lambda_function.function["respond"].timeout == 200 && aws_lambda_function.function["sweep"].timeout == 200
    error_message = "A longer common timeout must also apply to respond."
  }
}

run "timeout_of_respond_below_one_step" {
  command = plan
  variables {
    function_limits = { respond = { timeout_s = 45 } }
  }
  expect_failures = [var.function_limits]
}

run "stored_data_is_encrypted" {
  command = apply

  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.queue), values(aws_sqs_queue.dead_letters), [aws_sqs_queue.schedules_dead]) : queue.sqs_managed_sse_enabled])
    error_message = "A queue is not encrypted."
  }
  assert {
    condition     = alltrue([for table in [aws_dynamodb_table.incidents, aws_dynamodb_table.audit] : table.server_side_encryption[0].enabled && table.server_side_encryption[0].kms_key_arn == aws_kms_key.pipeline.arn && table.point_in_time_recovery[0].enabled && table.deletion_protection_enabled])
    error_message = "A table is not encrypted with the key, or lacks point-in-time recovery or deletion protection."
  }
  assert {
    condition     = length(aws_dynamodb_table.audit.ttl) == 0
    error_message = "Audit entries could expire."
  }
  assert {
    condition     = alltrue([for group in values(aws_cloudwatch_log_group.function) : group.kms_key_id == aws_kms_key.pipeline.arn && group.retention_in_days == 30])
    error_message = "A log group is not encrypted with the key, or has another retention."
  }
  assert {
    condition     = aws_dynamodb_table.incidents.ttl[0].enabled && aws_dynamodb_table.incidents.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.audit.billing_mode == "PAY_PER_REQUEST"
    error_message = "The tables lack time to live or on-demand billing."
  }
  assert {
    condition     = aws_kms_key.pipeline.enable_key_rotation
    error_message = "The key is not rotated."
  }
}

run "failed_scheduled_calls_are_kept" {
  command = apply

  assert {
    condition     = aws_lambda_function.function["sweep"].dead_letter_config[0].target_arn == aws_sqs_queue.schedules_dead.arn
    error_message = "Failed invocations of sweep would be lost."
  }
  assert {
    condition     = aws_lambda_function.function["notify"].dead_letter_config[0].target_arn == aws_sqs_queue.schedules_dead.arn && aws_scheduler_schedule.notify.target[0].arn == aws_lambda_alias.live["notify"].arn
    error_message = "The schedule must call notify directly, and its failed calls must be kept."
  }
  assert {
    condition     = aws_scheduler_schedule.sweep.target[0].dead_letter_config[0].arn == aws_sqs_queue.schedules_dead.arn && aws_scheduler_schedule.notify.target[0].dead_letter_config[0].arn == aws_sqs_queue.schedules_dead.arn
    error_message = "Scheduled calls that cannot be delivered would be lost."
  }
  assert {
    condition = alltrue([for name in ["notify", "sweep"] :
      aws_lambda_function_event_invoke_config.scheduled[name].qualifier == "live"
      && aws_lambda_function_event_invoke_config.scheduled[name].maximum_retry_attempts == 0
      && aws_lambda_function_event_invoke_config.scheduled[name].maximum_event_age_in_seconds == 60
    ])
    error_message = "Lambda would repeat a failed scheduled call while the next ones run."
  }
}

run "files_are_parameters_or_part_of_a_layer" {
  command = apply

  variables {
    layers        = ["arn:aws:lambda:eu-west-1:123456789012:layer:lists:3"]
    responses     = { policies = "- policy: x" }
    configuration = { enrichment = "/opt/enrichment.yaml" }
  }

  assert {
    condition     = startswith(aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_RESPONSES"], "ssm:/tiercel/tiercel/responses:")
    error_message = "respond lacks the location of the policies."
  }
  assert {
    condition     = aws_lambda_function.function["notify"].environment[0].variables["TIERCEL_RESPONSES"] == aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_RESPONSES"]
    error_message = "notify would preview another plan than respond creates."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].environment[0].variables["TIERCEL_ENRICHMENT"] == "/opt/enrichment.yaml" && aws_lambda_function.function["enrich"].layers == tolist(var.layers)
    error_message = "enrich lacks the path of the file, or the layer."
  }
  assert {
    condition     = toset(keys(aws_ssm_parameter.configuration)) == toset(["responses"])
    error_message = "There must be exactly one parameter for each file content."
  }
  assert {
    condition     = length([for statement in data.aws_iam_policy_document.own["respond"].statement : statement if statement.sid == "ReadConfiguration"]) == 1 && length([for statement in data.aws_iam_policy_document.own["enrich"].statement : statement if statement.sid == "ReadConfiguration"]) == 0
    error_message = "Exactly the functions that use a parameter must have permission to read it."
  }
}

run "no_action_is_enabled_by_default" {
  command = plan

  assert {
    condition     = length(aws_iam_role_policy.actions) == 0
    error_message = "respond has permissions of actions although none is enabled."
  }
  assert {
    condition     = !contains(keys(aws_lambda_function.function["respond"].environment[0].variables), "TIERCEL_ACTIONS")
    error_message = "respond is configured to act although no action is enabled."
  }
  assert {
    condition     = aws_ssm_parameter.kill_switch.insecure_value == "off"
    error_message = "The kill switch must be off at first."
  }
}

run "one_action_grants_its_permissions_only" {
  command = plan

  variables {
    responses = { actions = ["ec2:stop"], instance_tags = { "kubernetes.io/cluster/prod" = "owned" } }
  }

  assert {
    condition     = toset(keys(local.statements)) == toset(["DescribeInstances", "StopInstances"])
    error_message = "ec2:stop must grant describing, stopping and starting instances only."
  }
  assert {
    condition     = toset([for condition in local.statements["StopInstances"].conditions : condition.variable]) == toset(["aws:RequestedRegion", "aws:ResourceTag/kubernetes.io/cluster/prod"])
    error_message = "ec2:stop must be restricted to the region and the tag."
  }
  assert {
    condition     = aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_ACTIONS"] == "aws"
    error_message = "respond lacks the setting TIERCEL_ACTIONS."
  }
}

run "every_ec2_write_is_restricted_to_the_region" {
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
      if statement.effect == "Allow" && anytrue([for action in statement.actions : can(regex("^(ec2|autoscaling|elasticloadbalancing):[^D]|^ec2:Delete|:Detach|:Deregister", action))])
    ])
    error_message = "A write is not restricted to the region."
  }
  assert {
    condition     = toset([for sid, statement in local.statements : sid if statement.effect == "Deny"]) == toset(["DenyOtherInstanceAttributes", "DenyUserData", "DenyOtherMetadataOptions", "DenyMetadataTokens"])
    error_message = "Attributes that no action changes are not denied."
  }
  assert {
    condition     = contains([for condition in local.statements["ChangeInterfaceGroups"].conditions : condition.variable], "ec2:Vpc")
    error_message = "Changes of interfaces are not restricted to the VPCs."
  }
  assert {
    condition     = local.statements["WriteEvidenceManifest"].resources == ["arn:aws:s3:::evidence/*"]
    error_message = "Manifests must be restricted to the bucket."
  }
  assert {
    condition     = aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_ACTIONS"] == "aws,kubernetes" && aws_lambda_function.function["enrich"].environment[0].variables["TIERCEL_ENRICH_SOURCES"] == "aws,kubernetes"
    error_message = "enrich or respond lacks the cluster setting."
  }
}

run "isolating_a_pod_includes_its_own_interfaces" {
  command = plan

  variables {
    cluster_name = "prod"
    responses    = { actions = ["k8s:isolate-pod"] }
  }

  assert {
    condition     = aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_ACTIONS"] == "aws,kubernetes" && contains(keys(local.statements), "ChangeInterfaceGroups")
    error_message = "The permissions to isolate the pod's own interfaces are missing."
  }
}

run "labels_need_the_cluster_only" {
  command = plan

  variables {
    cluster_name = "prod"
    responses    = { actions = ["k8s:label"] }
  }

  assert {
    condition     = toset(keys(local.statements)) == toset(["DescribeCluster", "DescribeInstances"]) && aws_lambda_function.function["respond"].environment[0].variables["TIERCEL_ACTIONS"] == "kubernetes"
    error_message = "k8s:label must grant only looking the target up."
  }
}

run "senders_are_verified_by_enrich_only" {
  command = plan

  variables {
    cluster_name = "prod"
    identity = {
      issuer          = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
      service_account = "watch/sensors"
      required        = true
    }
  }

  assert {
    condition = { for name, value in aws_lambda_function.function["enrich"].environment[0].variables : name => value if startswith(name, "TIERCEL_IDENTITY_") } == {
      TIERCEL_IDENTITY_ISSUER          = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
      TIERCEL_IDENTITY_AUDIENCE        = "tiercel"
      TIERCEL_IDENTITY_SERVICE_ACCOUNT = "watch/sensors"
      TIERCEL_IDENTITY_REQUIRED        = "true"
    }
    error_message = "enrich has other identity settings."
  }
  assert {
    condition     = alltrue([for name, function in aws_lambda_function.function : name == "enrich" || length([for variable in keys(function.environment[0].variables) : variable if startswith(variable, "TIERCEL_IDENTITY_")]) == 0])
    error_message = "Another function than enrich has identity settings."
  }
}

run "instance_identity_needs_certificates" {
  command = apply

  variables {
    identity = { ec2_certificates = "-----BEGIN CERTIFICATE-----" }
  }

  assert {
    condition     = startswith(aws_lambda_function.function["enrich"].environment[0].variables["TIERCEL_IDENTITY_EC2_CERTIFICATES"], "ssm:/tiercel/tiercel/ec2-certificates:")
    error_message = "enrich lacks the location of the certificates."
  }
  assert {
    condition     = aws_lambda_function.function["enrich"].environment[0].variables["TIERCEL_IDENTITY_EC2_ACCOUNTS"] == "123456789012"
    error_message = "Without accounts, exactly the instances of this account must be accepted."
  }
  assert {
    condition     = length([for statement in data.aws_iam_policy_document.own["enrich"].statement : statement if statement.sid == "ReadConfiguration"]) == 1
    error_message = "enrich must have permission to read the certificates."
  }
  assert {
    condition = alltrue([for variable, queue in { TIERCEL_ENRICH_UNVERIFIED_QUEUE_URL = "alerts-unverified", TIERCEL_DEDUPLICATE_UNVERIFIED_QUEUE_URL = "enriched-unverified" } :
      aws_lambda_function.function["enrich"].environment[0].variables[variable] == aws_sqs_queue.queue[queue].url
    ])
    error_message = "Alerts of unverified senders must have queues of their own."
  }
  assert {
    condition = alltrue([for variable, queue in { TIERCEL_RESPOND_UNVERIFIED_QUEUE_URL = "responses-unverified", TIERCEL_NOTIFY_UNVERIFIED_QUEUE_URL = "notifications-unverified" } :
      alltrue([for name in ["deduplicate", "respond", "sweep", "operate"] : aws_lambda_function.function[name].environment[0].variables[variable] == aws_sqs_queue.queue[queue].url])
    ])
    error_message = "What unverified senders cause must have queues of its own."
  }
}

run "targets_are_looked_up_again_before_an_action" {
  command = plan

  variables {
    cluster_name = "prod"
    responses    = { actions = ["iam:revoke-sessions"], role_arns = ["arn:aws:iam::123456789012:role/prod-nodes-*"] }
  }

  assert {
    condition     = alltrue([for name in ["TIERCEL_ENRICH_SOURCES", "TIERCEL_EKS_CLUSTER"] : aws_lambda_function.function["respond"].environment[0].variables[name] == aws_lambda_function.function["enrich"].environment[0].variables[name]])
    error_message = "respond must look targets up in the same places as enrich."
  }
  assert {
    condition     = local.statements["ListPodIdentityAssociations"].resources == [local.cluster_arn] && local.statements["DescribePodIdentityAssociations"].resources == ["arn:aws:eks:eu-west-1:123456789012:podidentityassociation/prod/*"]
    error_message = "Pod Identity associations must be restricted to the cluster."
  }
  assert {
    condition     = contains(keys(local.statements), "DescribeInstances") && contains(keys(local.statements), "DescribeCluster")
    error_message = "respond may not look targets up."
  }
}

run "calls_of_receivers_look_nothing_up" {
  command = plan

  variables {
    cluster_name = "prod"
    responses    = { actions = ["webhook"], webhook_secret_arns = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:hook-AbCdEf"] }
  }

  assert {
    condition     = keys(local.statements) == ["ReadWebhookSecrets"] && !contains(keys(aws_lambda_function.function["respond"].environment[0].variables), "TIERCEL_ENRICH_SOURCES")
    error_message = "A webhook must grant reading its secret only."
  }
}

run "groups_are_deleted_by_tag_while_isolation_is_enabled" {
  command = plan

  variables {
    responses = { actions = ["ec2:isolate"], instance_tags = { "kubernetes.io/cluster/prod" = "owned" } }
  }

  assert {
    condition     = [for sid, statement in local.statements : sid if contains(statement.actions, "ec2:DeleteSecurityGroup")] == ["ManageQuarantineGroups"] && contains([for condition in local.statements["ManageQuarantineGroups"].conditions : condition.variable], "aws:ResourceTag/tiercel")
    error_message = "Only security groups that Tiercel created may be deleted."
  }
}

run "issuer_without_tls" {
  command = plan
  variables {
    identity = { issuer = "http://oidc.example.com" }
  }
  expect_failures = [var.identity]
}

run "service_account_without_a_namespace" {
  command = plan
  variables {
    identity = { issuer = "https://oidc.example.com", service_account = "tiercel-sensor" }
  }
  expect_failures = [var.identity]
}

run "identity_required_without_a_way_to_prove_it" {
  command = plan
  variables {
    identity = { required = true }
  }
  expect_failures = [var.identity]
}

run "path_instead_of_certificates" {
  command = plan
  variables {
    identity = { ec2_certificates = "ec2-certificates.pem" }
  }
  expect_failures = [var.identity]
}

run "accounts_without_certificates" {
  command = plan
  variables {
    identity = { ec2_accounts = ["123456789012"] }
  }
  expect_failures = [var.identity]
}

run "cluster_arn_instead_of_name" {
  command = plan
  variables {
    cluster_name = "arn:aws:eks:eu-west-1:123456789012:cluster/prod"
  }
  expect_failures = [var.cluster_name]
}

run "cluster_action_without_a_cluster" {
  command = plan
  variables {
    responses = { actions = ["k8s:label"] }
  }
  expect_failures = [aws_iam_role_policy.actions]
}

run "unknown_action" {
  command = plan
  variables {
    responses = { actions = ["ec2:terminate"] }
  }
  expect_failures = [var.responses]
}

run "instance_action_without_a_tag" {
  command = plan
  variables {
    responses = { actions = ["ec2:stop"] }
  }
  expect_failures = [var.responses]
}

run "preserve_without_a_bucket" {
  command = plan
  variables {
    responses = { actions = ["ec2:preserve"], instance_tags = { a = "b" } }
  }
  expect_failures = [var.responses]
}

run "all_roles_of_the_account" {
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

run "role_of_respond" {
  command = plan
  variables {
    responses = { actions = ["iam:revoke-sessions"], role_arns = ["arn:aws:iam::123456789012:role/tiercel-respond"] }
  }
  expect_failures = [aws_iam_role_policy.actions]
}

run "role_with_a_similar_name" {
  command = plan
  variables {
    responses = { actions = ["iam:revoke-sessions"], role_arns = ["arn:aws:iam::123456789012:role/tiercel-respond-nodes"] }
  }
  assert {
    condition     = length(aws_iam_role_policy.actions) == 1
    error_message = "A role outside the pipeline must be accepted."
  }
}

run "revoke_sessions_without_a_role" {
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

run "vpc_name_instead_of_id" {
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

run "limits_for_an_unknown_function" {
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

run "operators_invoke_without_a_public_endpoint" {
  command = apply
  variables {
    function_limits = { operate = { reserved_concurrency = 2 }, operate-read = { reserved_concurrency = 1 } }
  }

  assert {
    condition     = aws_lambda_function.function["operate"].environment[0].variables["TIERCEL_OPERATE_ROLE"] == "responder" && aws_lambda_function.function["operate-read"].environment[0].variables["TIERCEL_OPERATE_ROLE"] == "viewer"
    error_message = "operate-read must serve viewers only."
  }
  assert {
    condition     = alltrue([for name, function in aws_lambda_function.function : !contains(keys(function.environment[0].variables), "TIERCEL_STS_ENDPOINT")])
    error_message = "STS must verify the identity of operators."
  }
  assert {
    condition     = length(aws_lambda_function_url.interact) == 0
    error_message = "Operators need no URL."
  }
  assert {
    condition     = alltrue([for statement in local.table_permissions.operate-read : length(setsubtract(statement.actions, ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"])) == 0])
    error_message = "operate-read must not write."
  }
  assert {
    condition     = flatten([for statement in data.aws_iam_policy_document.operate-read.statement : statement.actions]) == ["ssm:GetParameter"]
    error_message = "operate-read must have no permission but to read."
  }
  assert {
    condition     = alltrue([for document in data.aws_iam_policy_document.operators : alltrue([for statement in document.statement : toset(statement.actions) == toset(["lambda:InvokeFunction"]) && !contains(statement.resources, "*")])])
    error_message = "The policies of operators must permit nothing but the invocation of the functions."
  }
  assert {
    condition     = local.operator_policies == { read = ["operate-read"], operate = ["operate-read", "operate"] }
    error_message = "The policy read must not permit to invoke operate."
  }
  assert {
    condition     = aws_lambda_function.function["operate"].reserved_concurrent_executions == 2 && aws_lambda_function.function["operate-read"].reserved_concurrent_executions == 1
    error_message = "The concurrency of operators can be reserved."
  }
  assert {
    condition     = output.operator_functions == { read = "tiercel-operate-read", operate = "tiercel-operate" } && toset(keys(output.operator_policy_arns)) == toset(["read", "operate"])
    error_message = "The outputs must name the functions and the policies."
  }
}

run "operate_zip_is_missing" {
  command = plan
  variables {
    operate_zip = "./tests/no-such.zip"
  }
  expect_failures = [var.operate_zip]
}

run "operate_zip_is_another_zip" {
  command = plan
  variables {
    operate_zip = "../../tests/placeholder-notify.zip"
  }
  expect_failures = [var.operate_zip]
}
