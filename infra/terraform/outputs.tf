output "alerts_queue_url" {
  description = "URL of the queue that sensors send alerts to."
  value       = module.pipeline.alerts_queue.url
}

output "alerts_queue_arn" {
  description = "ARN of the alerts queue. A sensor's role needs sqs:SendMessage on it."
  value       = module.pipeline.alerts_queue.arn
}

output "region" {
  description = "AWS Region of the pipeline."
  value       = data.aws_region.current.region
}

output "sensor_role_arn" {
  description = "ARN of the sensors' role. Null without a cluster."
  value       = one(module.sensor_access[*].role_arn)
}

output "kubernetes_groups" {
  description = "Kubernetes groups of each function in the cluster, by function name. Null without a cluster. The Helm chart, or the manifests in infra/kubernetes, grant the groups their permissions."
  value       = one(module.cluster_access[*].groups)
}

output "helm_values" {
  description = "Values for the Helm chart infra/helm/tiercel, as YAML."
  value       = yamlencode(local.helm_values)
}

output "dead_letter_queue_urls" {
  description = "URL of each dead-letter queue, by queue name. It holds messages that failed five times; \"schedules\" holds scheduled calls that failed. Check it if an incident is missing, and redrive the messages after you fix the cause."
  value       = { for name, queue in module.pipeline.dead_letter_queues : name => queue.url }
}

output "incidents_table" {
  description = "Name of the DynamoDB table with the incidents."
  value       = module.pipeline.incidents_table
}

output "audit_table" {
  description = "Name of the DynamoDB table with the audit log."
  value       = module.pipeline.audit_table
}

output "audit_anchors" {
  description = "Location of the anchors of the audit log, s3://BUCKET/PREFIX."
  value       = module.pipeline.anchors
}

output "function_arns" {
  description = "ARN of each function's alias, by function name. Callers use the alias."
  value       = module.pipeline.function_arns
}

output "function_role_arns" {
  description = "ARN of each function's role, by function name."
  value       = module.pipeline.function_role_arns
}

output "log_groups" {
  description = "CloudWatch log group of each function, by function name."
  value       = module.pipeline.log_groups
}

output "operator_functions" {
  description = "Names of the functions that operators invoke: read only reads, operate also changes (docs/deploy-eks.md)."
  value       = module.pipeline.operator_functions
}

output "operator_policy_arns" {
  description = "ARNs of the managed policies that permit to invoke these functions. Attach read or operate to the roles of your operators."
  value       = module.pipeline.operator_policy_arns
}

output "interact_url" {
  description = "URL for calls from Slack (append interact/slack) and PagerDuty (append interact/pagerduty). Null without notifications.channels."
  value       = module.pipeline.interact_url
}

output "kill_switch" {
  description = "Name of the Systems Manager parameter with the kill switch. Any value other than off stops all responses."
  value       = module.pipeline.kill_switch
}

output "dashboard" {
  description = "Name of the CloudWatch dashboard."
  value       = module.observability.dashboard
}
