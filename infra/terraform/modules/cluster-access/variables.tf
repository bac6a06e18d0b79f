variable "cluster_name" {
  description = "Name of the EKS cluster. Its authentication mode must be API or API_AND_CONFIG_MAP."
  type        = string
  nullable    = false
}

variable "roles" {
  description = "ARN of each function's role, by function name: enrich and respond."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.roles) : contains(["enrich", "respond"], name)])
    error_message = "roles must use the names enrich and respond. No other function needs access to a cluster."
  }
}

variable "tags" {
  description = "Tags of the resources of this module."
  type        = map(string)
  default     = {}
  nullable    = false
}
