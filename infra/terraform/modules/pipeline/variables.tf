variable "name" {
  description = "Prefix of every name; one pipeline per name, account and region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "name: 2 to 32 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen, as in \"tiercel-prod\"."
  }
}

variable "cluster_name" {
  description = "The EKS cluster that enrich asks and respond acts on. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.cluster_name == null ? true : can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster_name))
    error_message = "cluster_name: the name of an EKS cluster, 1 to 100 letters, digits, hyphens and underscores; not its ARN."
  }
}

variable "function_zip" {
  description = "Path of the built functions, at most 50 MB."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.function_zip)
    error_message = "function_zip: no such file. Build it with \"mvn package -pl functions/aws -am\" and give the path of functions/aws/target/function.zip."
  }
}

variable "architecture" {
  description = "Processor of the functions: arm64 (cheaper) or x86_64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture: \"arm64\" or \"x86_64\"."
  }
}

variable "layers" {
  description = "ARNs of versions of layers, whose files the functions find below /opt."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.layers) <= 5 && alltrue([for arn in var.layers : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$", arn))])
    error_message = "layers: up to 5 ARNs of versions of layers, as in \"arn:aws:lambda:eu-west-1:123456789012:layer:lists:3\"."
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

variable "function_limits" {
  description = "By function, memory and time-out of its own."
  type = map(object({
    memory_mb = optional(number)
    timeout_s = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.function_limits) : contains(["enrich", "deduplicate", "respond", "notify", "sweep", "interact"], name)])
    error_message = "function_limits: by enrich, deduplicate, respond, notify, sweep and interact."
  }
  validation {
    condition = alltrue([for limits in values(var.function_limits) : try(
      limits.memory_mb == null || (limits.memory_mb >= 512 && limits.memory_mb <= 10240 && floor(limits.memory_mb) == limits.memory_mb),
      true,
    )])
    error_message = "function_limits: memory_mb is a whole number from 512 to 10240."
  }
  validation {
    condition = alltrue([for limits in values(var.function_limits) : try(
      limits.timeout_s == null || (limits.timeout_s >= 10 && limits.timeout_s <= 900 && floor(limits.timeout_s) == limits.timeout_s),
      true,
    )])
    error_message = "function_limits: timeout_s is a whole number from 10 to 900."
  }
}

variable "notifications" {
  description = "Secrets by their ARNs: see the variable of that name of the root module."
  type = object({
    slack_secret_arn = optional(string)
    channels = optional(object({
      secret_arn = string
      refers_to  = optional(list(string), [])
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for arn in concat(compact([var.notifications.slack_secret_arn, try(var.notifications.channels.secret_arn, null)]), try(var.notifications.channels.refers_to, [])) :
      can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", arn))
    ])
    error_message = "notifications: ARNs of secrets without wildcards, as in \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/slack-AbCdEf\"; never a webhook's URL itself."
  }
}

variable "responses" {
  description = "What may be done about incidents: see the variable of that name of the root module."
  type = object({
    policies            = optional(string)
    actions             = optional(list(string), [])
    instance_tags       = optional(map(string), {})
    vpc_ids             = optional(list(string), [])
    evidence            = optional(string)
    role_arns           = optional(list(string), [])
    function_arns       = optional(list(string), [])
    webhook_secret_arns = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.responses.policies == null ? true : length(var.responses.policies) > 0 && length(var.responses.policies) <= 8192
    error_message = "responses.policies: the text of a file of policies, up to 8192 characters, as in file(\"responses.yaml\"); a longer one in a layer, as in \"/opt/responses.yaml\"."
  }
  validation {
    condition = alltrue([for action in var.responses.actions : contains([
      "k8s:isolate-pod", "k8s:delete-pod", "k8s:label", "k8s:cordon", "k8s:scale", "ec2:isolate", "ec2:preserve", "ec2:stop",
      "ec2:imds-lockdown", "iam:revoke-sessions", "lambda:invoke", "webhook",
    ], action)])
    error_message = "responses.actions: of k8s:isolate-pod, k8s:delete-pod, k8s:label, k8s:cordon, k8s:scale, ec2:isolate, ec2:preserve, ec2:stop, ec2:imds-lockdown, iam:revoke-sessions, lambda:invoke and webhook."
  }
  validation {
    condition     = length(setintersection(var.responses.actions, ["ec2:isolate", "ec2:preserve", "ec2:stop", "ec2:imds-lockdown"])) == 0 || length(var.responses.instance_tags) > 0
    error_message = "responses.instance_tags: ec2:isolate, ec2:preserve, ec2:stop and ec2:imds-lockdown want a tag that instances must have to be acted on, as in { \"kubernetes.io/cluster/prod\" = \"owned\" }."
  }
  validation {
    condition     = alltrue([for id in var.responses.vpc_ids : can(regex("^vpc-[0-9a-f]{8,17}$", id))])
    error_message = "responses.vpc_ids: ids of VPCs, as in \"vpc-0123456789abcdef0\"."
  }
  validation {
    condition     = var.responses.evidence == null ? !contains(var.responses.actions, "ec2:preserve") : can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9/_.-]+)?$", var.responses.evidence))
    error_message = "responses.evidence: ec2:preserve wants a place for its manifests, a bucket that is there, as in \"s3://BUCKET/PREFIX\"."
  }
  validation {
    condition     = alltrue([for arn in var.responses.role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+[*]?$", arn))])
    error_message = "responses.role_arns: ARNs of roles, with at most one * at the end of a name that has begun, as in \"arn:aws:iam::123456789012:role/prod-nodes-*\"."
  }
  validation {
    condition     = !contains(var.responses.actions, "iam:revoke-sessions") || length(var.responses.role_arns) > 0
    error_message = "responses.role_arns: iam:revoke-sessions wants the roles whose sessions may be revoked: of nodes, of pods."
  }
  validation {
    condition     = alltrue([for arn in var.responses.function_arns : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$", arn))]) && (!contains(var.responses.actions, "lambda:invoke") || length(var.responses.function_arns) > 0)
    error_message = "responses.function_arns: lambda:invoke wants ARNs of functions, without wildcards."
  }
  validation {
    condition     = alltrue([for arn in var.responses.webhook_secret_arns : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", arn))]) && (!contains(var.responses.actions, "webhook") || length(var.responses.webhook_secret_arns) > 0)
    error_message = "responses.webhook_secret_arns: webhook wants the ARNs of the secrets that calls are signed with, without wildcards."
  }
}

variable "configuration" {
  description = "Files as text, or as paths in a layer: incidents (docs/incidents.md), enrichment (docs/enrichment.md)."
  type = object({
    incidents  = optional(string)
    enrichment = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for text in [var.configuration.incidents, var.configuration.enrichment] : text == null ? true : length(text) > 0 && length(text) <= 8192])
    error_message = "configuration: texts of up to 8192 characters, as in file(\"incidents.yaml\"); longer ones in a layer, as in \"/opt/incidents.yaml\"."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}
