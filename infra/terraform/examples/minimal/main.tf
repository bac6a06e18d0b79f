# Stores incidents without notifications and responses. The provider determines the account and region: AWS_PROFILE, AWS_REGION.

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
  description = "URL of the queue that sensors send alerts to."
  value       = module.tiercel.alerts_queue_url
}
