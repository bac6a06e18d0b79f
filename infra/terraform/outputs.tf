output "alerts_queue_url" {
  description = "Where sensors send alerts."
  value       = aws_sqs_queue.alerts.url
}

output "alerts_queue_arn" {
  description = "What a sensor's role must be allowed to sqs:SendMessage to."
  value       = aws_sqs_queue.alerts.arn
}

output "dead_letter_queue_url" {
  description = "Alerts that failed five times. Look here when an incident is missing; redrive them when the cause is gone."
  value       = aws_sqs_queue.dead_letters.url
}

output "incidents_table" {
  description = "Name of the DynamoDB table of incidents."
  value       = aws_dynamodb_table.incidents.name
}

output "alert_function_arn" {
  description = "ARN of the alias of the alert function that the queue calls."
  value       = aws_lambda_alias.live.arn
}

output "alert_log_group" {
  description = "CloudWatch log group of the alert function."
  value       = aws_cloudwatch_log_group.alert.name
}
