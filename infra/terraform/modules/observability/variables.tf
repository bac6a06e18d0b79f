variable "name" {
  description = "Prefix of every name."
  type        = string
  nullable    = false
}

variable "queues" {
  description = "By queue, its name."
  type        = map(string)
  nullable    = false
}

variable "dead_letter_queues" {
  description = "By queue, the name of its dead-letter queue."
  type        = map(string)
  nullable    = false
}

variable "functions" {
  description = "By function, its name; sweep is one of them."
  type        = map(string)
  nullable    = false

  validation {
    condition     = contains(keys(var.functions), "sweep")
    error_message = "functions: sweep is missing, whose log says what is overdue."
  }
}

variable "log_groups" {
  description = "By function, its log group."
  type        = map(string)
  nullable    = false
}

variable "oldest_s" {
  description = "How old, in seconds, a message may get in a queue before the alarm rings."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.oldest_s >= 60 && var.oldest_s <= 86400 && floor(var.oldest_s) == var.oldest_s
    error_message = "oldest_s: a whole number from 60 to 86400."
  }
}

variable "topic_arn" {
  description = "ARN of the SNS topic that alarms are sent to when they ring and when that is over. Null: they are seen in CloudWatch only."
  type        = string
  default     = null

  validation {
    condition     = var.topic_arn == null ? true : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.topic_arn))
    error_message = "topic_arn: the ARN of a standard SNS topic, as in \"arn:aws:sns:eu-west-1:123456789012:alarms\"."
  }
}

variable "tags" {
  description = "Tags of what is made."
  type        = map(string)
  default     = {}
  nullable    = false
}
