output "alerts_queue" {
  description = "URL and ARN of the queue that sensors send alerts to."
  value       = { url = aws_sqs_queue.queue["alerts"].url, arn = aws_sqs_queue.queue["alerts"].arn }
}

output "queue_names" {
  description = "Name of each queue, by queue name in this module."
  value       = { for name, queue in aws_sqs_queue.queue : name => queue.name }
}

output "dead_letter_queues" {
  description = "Name and URL of each dead-letter queue, by queue name. \"schedules\" holds scheduled calls that failed."
  value = merge(
    { for name, queue in aws_sqs_queue.dead_letters : name => { name = queue.name, url = queue.url } },
    { schedules = { name = aws_sqs_queue.schedules_dead.name, url = aws_sqs_queue.schedules_dead.url } },
  )
}

output "incidents_table" {
  description = "Name of the DynamoDB table with the incidents."
  value       = aws_dynamodb_table.incidents.name
}

output "audit_table" {
  description = "Name of the DynamoDB table with the audit log."
  value       = aws_dynamodb_table.audit.name
}

output "anchors" {
  description = "Location of the anchors of the audit log, s3://BUCKET/PREFIX."
  value       = "s3://${aws_s3_bucket.bucket["anchors"].bucket}/${local.anchors_prefix}"
}

output "function_names" {
  description = "Name of each function, by function name in this module."
  value       = { for name, function in aws_lambda_function.function : name => function.function_name }
}

output "function_arns" {
  description = "ARN of each function's alias, by function name. Callers use the alias."
  value       = { for name, alias in aws_lambda_alias.live : name => alias.arn }
}

output "function_role_arns" {
  description = "ARN of each function's role, by function name."
  value       = { for name, role in aws_iam_role.function : name => role.arn }
}

output "log_groups" {
  description = "CloudWatch log group of each function, by function name."
  value       = { for name, group in aws_cloudwatch_log_group.function : name => group.name }
}

output "operator_functions" {
  description = "Names of the functions that operators invoke: read only reads, operate also changes."
  value       = { read = aws_lambda_function.function["operate-read"].function_name, operate = aws_lambda_function.function["operate"].function_name }
}

output "operator_policy_arns" {
  description = "ARNs of the managed policies that permit to invoke these functions. Attach read or operate to the roles of your operators."
  value       = { for name, policy in aws_iam_policy.operators : name => policy.arn }
}

output "interact_url" {
  description = "URL for calls from Slack and PagerDuty. Null without channels."
  value       = one(aws_lambda_function_url.interact[*].function_url)
}

output "kill_switch" {
  description = "Name of the Systems Manager parameter with the kill switch. Any value other than off stops all responses."
  value       = aws_ssm_parameter.kill_switch.name
}
