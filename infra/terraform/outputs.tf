output "alerts_queue_url" {
  description = "Where sensors send alerts."
  value       = aws_sqs_queue.queue["alerts"].url
}

output "alerts_queue_arn" {
  description = "What a sensor's role must be allowed to sqs:SendMessage to."
  value       = aws_sqs_queue.queue["alerts"].arn
}

output "dead_letter_queue_urls" {
  description = "By queue, where its messages are that failed five times. Look here when an incident is missing; redrive them when the cause is gone."
  value       = { for name, queue in aws_sqs_queue.dead_letters : name => queue.url }
}

output "incidents_table" {
  description = "Name of the DynamoDB table of incidents."
  value       = aws_dynamodb_table.incidents.name
}

output "function_arns" {
  description = "By function, the ARN of the alias by which it is called."
  value       = { for name, alias in aws_lambda_alias.live : name => alias.arn }
}

output "log_groups" {
  description = "By function, its CloudWatch log group."
  value       = { for name, group in aws_cloudwatch_log_group.function : name => group.name }
}

output "interact_url" {
  description = "Where Slack (interact/slack behind it) and PagerDuty (interact/pagerduty) call; null without notifications_secret_arn."
  value       = one(aws_lambda_function_url.interact[*].function_url)
}
