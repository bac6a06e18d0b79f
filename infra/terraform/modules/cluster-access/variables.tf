variable "cluster_name" {
  description = "The EKS cluster, whose authentication mode has to be API or API_AND_CONFIG_MAP."
  type        = string
  nullable    = false
}

variable "roles" {
  description = "By function, enrich and respond, the ARN of the role that is let in."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.roles) : contains(["enrich", "respond"], name)])
    error_message = "roles: of enrich and respond; no other function has business in a cluster."
  }
}

variable "tags" {
  description = "Tags of what is made."
  type        = map(string)
  default     = {}
  nullable    = false
}
