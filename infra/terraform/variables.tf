variable "name" {
  description = "Prefix of every name; one pipeline per name, account and region."
  type        = string
  default     = "tiercel"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "name: 2 to 32 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen, as in \"tiercel-prod\"."
  }
}

variable "function_zip" {
  description = "Path of the built functions, at most 50 MB. Null: functions/aws/target/function.zip of this checkout."
  type        = string
  default     = null

  validation {
    condition     = var.function_zip == null ? true : fileexists(var.function_zip)
    error_message = "function_zip: no such file. Build it with \"mvn package -pl functions/aws -am\" and give the path of functions/aws/target/function.zip."
  }
}

variable "architecture" {
  description = "Processor of the functions: arm64 (cheaper) or x86_64."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture: \"arm64\" or \"x86_64\"."
  }
}

variable "slack_secret_arn" {
  description = "ARN of the Secrets Manager secret whose text is a Slack incoming-webhook URL. Null: incidents are stored, nobody is told."
  type        = string
  default     = null

  validation {
    condition     = var.slack_secret_arn == null ? true : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", var.slack_secret_arn))
    error_message = "slack_secret_arn: the ARN of a secret, as in \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/slack-AbCdEf\"; never the webhook's URL itself."
  }
}

variable "notifications_secret_arn" {
  description = "ARN of the Secrets Manager secret whose text is the file of channels and routes (docs/notifications.md). With it comes the function interact, with a URL for Slack and PagerDuty. Null: only slack_secret_arn is told."
  type        = string
  default     = null

  validation {
    condition     = var.notifications_secret_arn == null ? true : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", var.notifications_secret_arn))
    error_message = "notifications_secret_arn: the ARN of a secret, as in \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/notifications-AbCdEf\"."
  }
}

variable "channel_secret_arns" {
  description = "ARNs of the secrets that the file of channels refers to, which notify and interact may then read."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.channel_secret_arns : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", arn))])
    error_message = "channel_secret_arns: ARNs of secrets, without wildcards."
  }
}

variable "limits" {
  description = "Memory (MB) and time-out (seconds) of each function, how many of each run at once, and how many days logs are kept."
  type = object({
    memory_mb          = optional(number, 1024)
    timeout_s          = optional(number, 30)
    max_concurrency    = optional(number, 10)
    log_retention_days = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.limits.memory_mb >= 512 && var.limits.memory_mb <= 10240 && floor(var.limits.memory_mb) == var.limits.memory_mb
    error_message = "limits.memory_mb: a whole number from 512 to 10240."
  }
  validation {
    condition     = var.limits.timeout_s >= 10 && var.limits.timeout_s <= 900 && floor(var.limits.timeout_s) == var.limits.timeout_s
    error_message = "limits.timeout_s: a whole number from 10 to 900; less leaves no time for a cold start and one retry of a notification."
  }
  validation {
    condition     = var.limits.max_concurrency >= 2 && var.limits.max_concurrency <= 1000 && floor(var.limits.max_concurrency) == var.limits.max_concurrency
    error_message = "limits.max_concurrency: a whole number from 2 (the least that SQS accepts) to 1000."
  }
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.limits.log_retention_days)
    error_message = "limits.log_retention_days: one of CloudWatch's periods: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}
