variable "name" {
  description = "Prefix of every name; one pipeline per name, account and region."
  type        = string
  default     = "tiercel"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "name: 2 to 32 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen, as in \"tiercel-prod\"."
  }
}

variable "cluster" {
  description = "The EKS cluster of the sensors: its name; the namespace and service account of the sensors; the ARN of its OpenID Connect provider in IAM if they get their role by IRSA, null if by EKS Pod Identity. enrich asks this cluster, and respond acts on it as far as its actions are enabled. Null: no cluster."
  type = object({
    name              = string
    namespace         = optional(string, "tiercel")
    service_account   = optional(string, "tiercel-sensor")
    oidc_provider_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.cluster == null ? true : can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster.name))
    error_message = "cluster.name: the name of an EKS cluster, 1 to 100 letters, digits, hyphens and underscores; not its ARN."
  }
}

variable "notifications" {
  description = "Secrets of Secrets Manager by their ARNs. slack_secret_arn: its text is a Slack incoming-webhook URL. channels.secret_arn: its text is the file of channels and routes (docs/notifications.md); with it comes the function interact, with a URL for Slack and PagerDuty. channels.refers_to: the secrets that this file refers to. Nothing: incidents are stored, nobody is told."
  type = object({
    slack_secret_arn = optional(string)
    channels = optional(object({
      secret_arn = string
      refers_to  = optional(list(string), [])
    }))
  })
  default  = {}
  nullable = false
}

variable "responses" {
  description = "What may be done about incidents (docs/responses.md). policies: text of the file of policies, or its path in a layer. actions: names of the actions that respond gets the rights for. instance_tags: which instances may be acted on, null for those of the cluster. vpc_ids: in which VPCs interfaces may be moved, all if empty. evidence: s3://BUCKET/PREFIX for manifests of ec2:preserve. role_arns: whose sessions iam:revoke-sessions may deny. function_arns: what lambda:invoke may invoke. webhook_secret_arns: secrets that webhook signs with."
  type = object({
    policies            = optional(string)
    actions             = optional(list(string), [])
    instance_tags       = optional(map(string))
    vpc_ids             = optional(list(string), [])
    evidence            = optional(string)
    role_arns           = optional(list(string), [])
    function_arns       = optional(list(string), [])
    webhook_secret_arns = optional(list(string), [])
  })
  default  = {}
  nullable = false
}

variable "settings" {
  description = "Everything else. function_zip: path of the built functions, null for functions/aws/target/function.zip of this checkout. architecture: arm64 (cheaper) or x86_64. memory_mb, timeout_s: of each function, and in functions of one by its name. max_concurrency: how many of a function run at once. log_retention_days. layers: ARNs of layers with files below /opt. incidents, enrichment: text of the file of incident rules and of enrichment, or its path in a layer. alarm_topic_arn: SNS topic that alarms are sent to. tags: of everything."
  type = object({
    function_zip       = optional(string)
    architecture       = optional(string, "arm64")
    memory_mb          = optional(number, 1024)
    timeout_s          = optional(number, 30)
    functions          = optional(map(object({ memory_mb = optional(number), timeout_s = optional(number) })), {})
    max_concurrency    = optional(number, 10)
    log_retention_days = optional(number, 30)
    layers             = optional(list(string), [])
    incidents          = optional(string)
    enrichment         = optional(string)
    alarm_topic_arn    = optional(string)
    tags               = optional(map(string), {})
  })
  default  = {}
  nullable = false
}
