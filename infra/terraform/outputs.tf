output "alerts_queue_url" {
  description = "Where sensors send alerts."
  value       = module.pipeline.alerts_queue.url
}

output "alerts_queue_arn" {
  description = "What a sensor's role must be allowed to sqs:SendMessage to."
  value       = module.pipeline.alerts_queue.arn
}

output "region" {
  description = "Region of the pipeline."
  value       = data.aws_region.current.region
}

output "sensor_role_arn" {
  description = "Role of the sensors; null without a cluster."
  value       = one(module.sensor_access[*].role_arn)
}

output "kubernetes_groups" {
  description = "By function, the Kubernetes group that it is a member of in the cluster; null without a cluster. The chart, or the files of infra/kubernetes, give the groups their rights."
  value       = one(module.cluster_access[*].groups)
}

output "helm_values" {
  description = "Values of the chart infra/helm/tiercel, as YAML."
  value       = yamlencode(local.helm_values)
}

output "dead_letter_queue_urls" {
  description = "By queue, where its messages are that failed five times; schedules has what could not be called in its minute. Look here when an incident is missing; redrive them when the cause is gone."
  value       = { for name, queue in module.pipeline.dead_letter_queues : name => queue.url }
}

output "incidents_table" {
  description = "Name of the DynamoDB table of incidents."
  value       = module.pipeline.incidents_table
}

output "function_arns" {
  description = "By function, the ARN of the alias by which it is called."
  value       = module.pipeline.function_arns
}

output "function_role_arns" {
  description = "By function, the ARN of its role."
  value       = module.pipeline.function_role_arns
}

output "log_groups" {
  description = "By function, its CloudWatch log group."
  value       = module.pipeline.log_groups
}

output "interact_url" {
  description = "Where Slack (interact/slack behind it) and PagerDuty (interact/pagerduty) call; null without notifications.channels."
  value       = module.pipeline.interact_url
}

output "kill_switch" {
  description = "Name of the parameter of Systems Manager that stops every response unless it says off."
  value       = module.pipeline.kill_switch
}

output "dashboard" {
  description = "Name of the CloudWatch dashboard."
  value       = module.observability.dashboard
}
