# Incidents are counted and kept; nobody is told, nothing is done. Region and account are the provider's: AWS_REGION,
# AWS_PROFILE.

terraform {
  required_version = ">= 1.6"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.50, < 7"
    }
  }
}

module "tiercel" {
  source = "../.."
}

output "alerts_queue_url" {
  description = "Where sensors send alerts."
  value       = module.tiercel.alerts_queue_url
}
