variable "name" {
  description = "Prefix of all resource names."
  type        = string
  nullable    = false
}

variable "queues" {
  description = "Name of each queue, by queue name in the pipeline module."
  type        = map(string)
  nullable    = false
}

variable "dead_letter_queues" {
  description = "Name of each dead-letter queue, by queue name."
  type        = map(string)
  nullable    = false
}

variable "functions" {
  description = "Name of each function, by function name in the pipeline module. Must include enrich, respond and sweep."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for name in ["enrich", "respond", "sweep"] : contains(keys(var.functions), name)])
    error_message = "functions must include enrich, respond and sweep, whose log lines trigger alarms."
  }
}

variable "log_groups" {
  description = "CloudWatch log group of each function, by function name."
  type        = map(string)
  nullable    = false
}

variable "max_message_age_s" {
  description = "Age of the oldest message in a queue, in seconds, that triggers the alarm."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.max_message_age_s >= 60 && var.max_message_age_s <= 86400 && floor(var.max_message_age_s) == var.max_message_age_s
    error_message = "max_message_age_s must be a whole number from 60 to 86400."
  }
}

variable "topic_arn" {
  description = "ARN of the SNS topic that receives changes of the alarms. Null: the alarms are visible in CloudWatch only."
  type        = string
  default     = null

  validation {
    condition     = var.topic_arn == null ? true : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.topic_arn))
    error_message = "topic_arn must be the ARN of a standard SNS topic. Example: \"arn:aws:sns:eu-west-1:123456789012:alarms\"."
  }
}

variable "tags" {
  description = "Tags of the resources of this module."
  type        = map(string)
  default     = {}
  nullable    = false
}
