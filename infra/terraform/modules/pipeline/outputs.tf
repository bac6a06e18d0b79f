output "alerts_queue" {
  description = "Where sensors send alerts: url and arn."
  value       = { url = aws_sqs_queue.queue["alerts"].url, arn = aws_sqs_queue.queue["alerts"].arn }
}

output "queue_names" {
  description = "By queue, its name."
  value       = { for name, queue in aws_sqs_queue.queue : name => queue.name }
}

output "dead_letter_queues" {
  description = "By queue, name and url of its dead-letter queue; schedules has what could not be called in its minute."
  value = merge(
    { for name, queue in aws_sqs_queue.dead_letters : name => { name = queue.name, url = queue.url } },
    { schedules = { name = aws_sqs_queue.schedules_dead.name, url = aws_sqs_queue.schedules_dead.url } },
  )
}

output "incidents_table" {
  description = "Name of the DynamoDB table of incidents."
  value       = aws_dynamodb_table.incidents.name
}

output "function_names" {
  description = "By function, its name."
  value       = { for name, function in aws_lambda_function.function : name => function.function_name }
}

output "function_arns" {
  description = "By function, the ARN of the alias by which it is called."
  value       = { for name, alias in aws_lambda_alias.live : name => alias.arn }
}

output "function_role_arns" {
  description = "By function, the ARN of its role."
  value       = { for name, role in aws_iam_role.function : name => role.arn }
}

output "log_groups" {
  description = "By function, its CloudWatch log group."
  value       = { for name, group in aws_cloudwatch_log_group.function : name => group.name }
}

output "interact_url" {
  description = "Where Slack and PagerDuty call; null without channels."
  value       = one(aws_lambda_function_url.interact[*].function_url)
}

output "kill_switch" {
  description = "Name of the parameter that stops every response unless it says off."
  value       = aws_ssm_parameter.kill_switch.name
}

