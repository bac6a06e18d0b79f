variable "name" {
  description = "Prefix of the role's name."
  type        = string
  nullable    = false
}

variable "cluster_name" {
  description = "Name of the EKS cluster that the sensors run in."
  type        = string
  nullable    = false
}

variable "oidc_provider_arn" {
  description = "ARN of the cluster's OpenID Connect provider in IAM. Null: EKS Pod Identity, which requires its agent in the cluster."
  type        = string
  default     = null

  validation {
    condition     = var.oidc_provider_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9./_-]+$", var.oidc_provider_arn))
    error_message = "oidc_provider_arn must be the ARN of an OpenID Connect provider, not its URL. Example: \"arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF\"."
  }
}

variable "namespace" {
  description = "Namespace of the sensors."
  type        = string
  default     = "tiercel"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "namespace must be the name of a Kubernetes namespace, without wildcards."
  }
}

variable "service_account" {
  description = "Service account of the sensors."
  type        = string
  default     = "tiercel-sensor"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", var.service_account))
    error_message = "service_account must be the name of a Kubernetes service account, without wildcards."
  }
}

variable "queue_arn" {
  description = "ARN of the alerts queue."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of the resources of this module."
  type        = map(string)
  default     = {}
  nullable    = false
}
