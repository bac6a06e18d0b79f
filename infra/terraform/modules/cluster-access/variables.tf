variable "cluster_name" {
  description = "Name of the EKS cluster. Its authentication mode must be API or API_AND_CONFIG_MAP."
  type        = string
  nullable    = false
}

variable "functions" {
  description = "Role and groups of each function, by function name: enrich and respond. The group enrich reads pods and nodes. The group respond performs actions on the cluster."
  type        = map(object({ role_arn = string, groups = list(string) }))
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.functions) : contains(["enrich", "respond"], name)])
    error_message = "functions must use the names enrich and respond. No other function needs access to a cluster."
  }
  validation {
    condition     = alltrue([for function in values(var.functions) : length(function.groups) > 0 && alltrue([for group in function.groups : contains(["enrich", "respond"], group)])])
    error_message = "functions: groups must be enrich, respond, or both."
  }
}

variable "tags" {
  description = "Tags of the resources of this module."
  type        = map(string)
  default     = {}
  nullable    = false
}
