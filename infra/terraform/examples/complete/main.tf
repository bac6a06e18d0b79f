# A complete deployment: sensors and functions of an EKS cluster, with notifications in Slack and PagerDuty. Selected response
# actions and alarms are enabled. account.tf creates the resources that it needs, except the cluster.
#
# To remove it, run the commands below. Nobody can delete the bucket of anchors before their retention ends, so Terraform forgets it.
#   terraform apply -var deletion_protection=false
#   terraform state rm 'module.tiercel.module.pipeline.aws_s3_bucket.bucket["anchors"]'
#   terraform destroy -var deletion_protection=false

terraform {
  required_version = ">= 1.6"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.50, < 7"
    }
  }
}

variable "deletion_protection" {
  description = "Whether stored data is protected from deletion. To destroy the example, apply it with false first."
  type        = bool
  default     = true
}

locals {
  name = "tiercel-complete"
}

module "tiercel" {
  source = "../.."

  name = local.name

  cluster = {
    name      = "prod"
    namespace = "tiercel"
  }

  notifications = {
    channels = {
      secret_arn = aws_secretsmanager_secret.channels.arn
      refers_to  = [for secret in aws_secretsmanager_secret.channel : secret.arn]
      # A channel of the type eventbridge may send to this event bus.
      targets = ["arn:${data.aws_partition.current.partition}:events:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:event-bus/default"]
    }
  }

  responses = {
    policies            = file("${path.module}/responses.yaml")
    actions             = ["k8s:label", "k8s:isolate-pod", "k8s:cordon", "ec2:isolate", "ec2:preserve", "iam:revoke-sessions", "webhook"]
    evidence            = "s3://${aws_s3_bucket.evidence.bucket}/manifests"
    role_arns           = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/prod-nodes-*"]
    webhook_secret_arns = [aws_secretsmanager_secret.webhook.arn]
  }

  settings = {
    functions          = { enrich = { memory_mb = 2048 } }
    log_retention_days = 90
    incidents          = file("${path.module}/incidents.yaml")
    # Only Tiercel's sensors send alerts, so all others are rejected.
    identity = { required = true }
    # Longer than the time until people look at an incident. In compliance mode, which is the default, nobody can shorten it.
    storage         = { deletion_protection = var.deletion_protection, anchor_retention_days = 90 }
    alarm_topic_arn = aws_sns_topic.alarms.arn
    tags            = { Owner = "security" }
  }
}

output "helm_values" {
  description = "Values for the Helm chart infra/helm/tiercel."
  value       = module.tiercel.helm_values
}

output "interact_url" {
  description = "URL for calls from Slack and PagerDuty."
  value       = module.tiercel.interact_url
}
