variable "name" {
  description = "Prefix of all resource names. You can create one pipeline for each name in an account and region."
  type        = string
  default     = "tiercel"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 32 lower-case letters, digits or hyphens, must start with a letter, and must not end with a hyphen. Example: \"tiercel-prod\"."
  }
}

variable "cluster" {
  description = "The EKS cluster of the sensors. name: name of the cluster. namespace, service_account: those of the sensors. oidc_provider_arn: ARN of the cluster's OpenID Connect provider in IAM, for IRSA; null for EKS Pod Identity. issuer: URL of the issuer of its service account tokens, which prove the sensors' nodes; null for the one that EKS reports. enrich looks up pods and nodes in this cluster, and respond does so before it acts. Null: no cluster."
  type = object({
    name              = string
    namespace         = optional(string, "tiercel")
    service_account   = optional(string, "tiercel-sensor")
    oidc_provider_arn = optional(string)
    issuer            = optional(string)
  })
  default = null

  validation {
    condition     = var.cluster == null ? true : can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster.name))
    error_message = "cluster.name must be the name of an EKS cluster: 1 to 100 letters, digits, hyphens or underscores. An ARN is not accepted."
  }
}

variable "notifications" {
  description = "Who is notified. slack_secret_arn: ARN of a secret with a Slack incoming webhook URL. channels.secret_arn: ARN of a secret with the notification file (docs/notifications.md); it also creates the function interact with a URL for Slack and PagerDuty. channels.refers_to: ARNs of the secrets that the notification file refers to. channels.targets: ARNs of the SNS topics, event buses, SES identities, Security Hub products and S3 locations (arn:aws:s3:::BUCKET/PREFIX) of its channels. Default: incidents are stored and nobody is notified."
  type = object({
    slack_secret_arn = optional(string)
    channels = optional(object({
      secret_arn = string
      refers_to  = optional(list(string), [])
      targets    = optional(list(string), [])
    }))
  })
  default  = {}
  nullable = false
}

variable "responses" {
  description = "Responses to incidents (docs/responses.md). policies: content of the policy file, or its path in a layer. actions: actions that respond gets IAM permissions for. instance_tags: tags of the instances that actions may change; null for the instances of the cluster. vpc_ids: VPCs whose network interfaces actions may change; empty for all. evidence: s3://BUCKET/PREFIX for the manifests of ec2:preserve. role_arns: roles whose sessions iam:revoke-sessions may revoke. function_arns: functions that lambda:invoke may call. webhook_secret_arns: secrets that sign the calls of webhook."
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
  description = "Other settings. function_zip, respond_zip, notify_zip, operate_zip: paths of the built functions; null for functions/aws/target/function.zip, functions/aws-respond/target/respond.zip, functions/aws-notify/target/notify.zip and functions/aws-operate/target/operate.zip in this repository. architecture: arm64 (cheaper) or x86_64. memory_mb, timeout_s: limits of every function; the timeout of respond is at least 120 seconds, that of notify and sweep at least 60. functions: limits of single functions, by name; reserved_concurrency sets concurrency of the account aside for a function; 5 for interact by default, and -1 for none. max_concurrency: concurrent invocations for each queue, which limits the bill of an hour (docs/cost.md). Queues of unverified senders have a fifth of it, at least 2. batches: maximum number of alerts that deduplicate counts at once, and seconds that it waits for them. log_retention_days: retention of logs. layers: ARNs of Lambda layers, whose files are under /opt. incidents, enrichment, privacy: content of the incident rules, of the enrichment file and of the privacy file, or the path in a layer. storage: how stored data is protected. deletion_protection keeps the tables and the anchors of the audit log from being deleted; turn it off before a destroy. anchor_lock and anchor_retention_days: mode and days of the anchors' Object Lock. identity: which senders enrich verifies besides the sensors of the cluster, and whether it rejects all others (docs/identity.md). alarm_topic_arn: SNS topic for alarms. tags: tags of all resources."
  type = object({
    function_zip       = optional(string)
    respond_zip        = optional(string)
    notify_zip         = optional(string)
    operate_zip        = optional(string)
    architecture       = optional(string, "arm64")
    memory_mb          = optional(number, 1024)
    timeout_s          = optional(number, 30)
    functions          = optional(map(object({ memory_mb = optional(number), timeout_s = optional(number), max_concurrency = optional(number), reserved_concurrency = optional(number) })), {})
    max_concurrency    = optional(number, 10)
    batches            = optional(object({ size = optional(number, 100), window_s = optional(number, 1) }), {})
    log_retention_days = optional(number, 30)
    layers             = optional(list(string), [])
    incidents          = optional(string)
    enrichment         = optional(string)
    privacy            = optional(string)
    storage = optional(object({
      deletion_protection   = optional(bool, true)
      anchor_lock           = optional(string, "compliance")
      anchor_retention_days = optional(number, 30)
    }), {})
    identity = optional(object({
      audience         = optional(string, "tiercel")
      required         = optional(bool, false)
      ec2_certificates = optional(string)
      ec2_accounts     = optional(list(string), [])
    }), {})
    alarm_topic_arn = optional(string)
    tags            = optional(map(string), {})
  })
  default  = {}
  nullable = false
}
