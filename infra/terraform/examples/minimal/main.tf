# Stores incidents without notifications and responses. The provider determines the account and region: AWS_PROFILE, AWS_REGION.
# To remove it, run: terraform apply -var deletion_protection=false && terraform destroy -var deletion_protection=false

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

module "tiercel" {
  source = "../.."

  # In governance mode, Terraform can delete the anchors of the audit log together with their bucket.
  settings = { storage = { deletion_protection = var.deletion_protection, anchor_lock = "governance" } }
}

output "alerts_queue_url" {
  description = "URL of the queue that sensors send alerts to."
  value       = module.tiercel.alerts_queue_url
}
