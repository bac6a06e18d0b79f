variable "name" {
  description = "Prefix of all resource names. You can create one pipeline for each name in an account and region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 32 lower-case letters, digits or hyphens, must start with a letter, and must not end with a hyphen. Example: \"tiercel-prod\"."
  }
}

variable "cluster_name" {
  description = "Name of the EKS cluster that enrich looks up pods in and respond acts on. Null: no cluster."
  type        = string
  default     = null

  validation {
    condition     = var.cluster_name == null ? true : can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster_name))
    error_message = "cluster_name must be the name of an EKS cluster: 1 to 100 letters, digits, hyphens or underscores. An ARN is not accepted."
  }
}

variable "function_zip" {
  description = "Path of the built functions enrich, deduplicate and sweep. The limit is 250 MB unzipped."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.function_zip)
    error_message = "function_zip must be an existing file. Build it with \"./mvnw package -DskipTests -pl functions/aws -am\", which writes functions/aws/target/function.zip."
  }
}

variable "respond_zip" {
  description = "Path of the built function respond, which contains the AWS SDK clients of actions. The limit is 250 MB unzipped."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.respond_zip)
    error_message = "respond_zip must be an existing file. Build it with \"./mvnw package -DskipTests -pl functions/aws-respond -am\", which writes functions/aws-respond/target/respond.zip."
  }
  validation {
    condition     = var.respond_zip != var.function_zip
    error_message = "respond_zip must be another file than function_zip: each contains functions that the other lacks."
  }
}

variable "notify_zip" {
  description = "Path of the built functions notify and interact, which contain the notification channels. The limit is 250 MB unzipped."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.notify_zip)
    error_message = "notify_zip must be an existing file. Build it with \"./mvnw package -DskipTests -pl functions/aws-notify -am\", which writes functions/aws-notify/target/notify.zip."
  }
  validation {
    condition     = !contains([var.function_zip, var.respond_zip], var.notify_zip)
    error_message = "notify_zip must be another file than function_zip and respond_zip: each contains functions that the others lack."
  }
}

variable "operate_zip" {
  description = "Path of the built function operate, which operators invoke. The limit is 250 MB unzipped."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.operate_zip)
    error_message = "operate_zip must be an existing file. Build it with \"./mvnw package -DskipTests -pl functions/aws-operate -am\", which writes functions/aws-operate/target/operate.zip."
  }
  validation {
    condition     = !contains([var.function_zip, var.respond_zip, var.notify_zip], var.operate_zip)
    error_message = "operate_zip must be another file than function_zip, respond_zip and notify_zip: each contains functions that the others lack."
  }
}

variable "storage" {
  description = "How stored data is protected. deletion_protection: AWS rejects the deletion of both tables, and Terraform that of the anchors; turn it off before a destroy. anchor_lock: compliance (nobody can delete an anchor before its retention ends) or governance (principals with s3:BypassGovernanceRetention can). anchor_retention_days: days that an anchor is locked."
  type = object({
    deletion_protection   = optional(bool, true)
    anchor_lock           = optional(string, "compliance")
    anchor_retention_days = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["compliance", "governance"], var.storage.anchor_lock)
    error_message = "storage.anchor_lock must be \"compliance\" or \"governance\"."
  }
  validation {
    condition     = var.storage.anchor_retention_days >= 1 && var.storage.anchor_retention_days <= 3650 && floor(var.storage.anchor_retention_days) == var.storage.anchor_retention_days
    error_message = "storage.anchor_retention_days must be a whole number from 1 to 3650. In compliance mode, it cannot be shortened afterwards."
  }
}

variable "architecture" {
  description = "Processor architecture of the functions: arm64 (cheaper) or x86_64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be \"arm64\" or \"x86_64\"."
  }
}

variable "layers" {
  description = "ARNs of layer versions. Their files are under /opt."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.layers) <= 5 && alltrue([for arn in var.layers : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$", arn))])
    error_message = "layers must be at most 5 ARNs of layer versions. Example: \"arn:aws:lambda:eu-west-1:123456789012:layer:lists:3\"."
  }
}

variable "limits" {
  description = "Limits of every function: memory in MB, timeout in seconds (of respond at least 120, of notify and sweep at least 60), concurrent invocations, and log retention in days."
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
    error_message = "limits.memory_mb must be a whole number from 512 to 10240."
  }
  validation {
    condition     = var.limits.timeout_s >= 10 && var.limits.timeout_s <= 900 && floor(var.limits.timeout_s) == var.limits.timeout_s
    error_message = "limits.timeout_s must be a whole number from 10 to 900. Less leaves no time for a cold start and one retry of a notification."
  }
  validation {
    condition     = var.limits.max_concurrency >= 2 && var.limits.max_concurrency <= 1000 && floor(var.limits.max_concurrency) == var.limits.max_concurrency
    error_message = "limits.max_concurrency must be a whole number from 2 (the minimum of SQS) to 1000."
  }
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.limits.log_retention_days)
    error_message = "limits.log_retention_days must be a retention period of CloudWatch: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "batches" {
  description = "Batches of deduplicate: maximum number of alerts, and seconds that it waits for a batch to fill. Larger batches cost less. The window delays incidents."
  type = object({
    size     = optional(number, 100)
    window_s = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.batches.size >= 1 && var.batches.size <= 1000 && floor(var.batches.size) == var.batches.size
    error_message = "batches.size must be a whole number from 1 to 1000."
  }
  validation {
    condition     = var.batches.window_s >= 0 && var.batches.window_s <= 30 && floor(var.batches.window_s) == var.batches.window_s
    error_message = "batches.window_s must be a whole number from 0 to 30."
  }
  validation {
    condition     = var.batches.size <= 10 || var.batches.window_s >= 1
    error_message = "batches.window_s must be at least 1 if batches.size is more than 10. Lambda requires it."
  }
}

variable "function_limits" {
  description = "Limits of single functions, by function name. memory_mb, timeout_s and max_concurrency override limits. reserved_concurrency: part of the account's concurrency that only this function can use, and its maximum. Default: 5 for interact, whose URL anybody can call, and none for the others, because a new account has too little. -1 for interact: none."
  type = map(object({
    memory_mb            = optional(number)
    timeout_s            = optional(number)
    max_concurrency      = optional(number)
    reserved_concurrency = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.function_limits) : contains(["enrich", "deduplicate", "respond", "notify", "sweep", "interact", "operate", "operate-read"], name)])
    error_message = "function_limits must use the names enrich, deduplicate, respond, notify, sweep, interact, operate and operate-read."
  }
  validation {
    condition = alltrue([for limits in values(var.function_limits) : try(
      limits.memory_mb == null || (limits.memory_mb >= 512 && limits.memory_mb <= 10240 && floor(limits.memory_mb) == limits.memory_mb),
      true,
    )])
    error_message = "function_limits: memory_mb must be a whole number from 512 to 10240."
  }
  validation {
    condition = alltrue([for limits in values(var.function_limits) : try(
      limits.timeout_s == null || (limits.timeout_s >= 10 && limits.timeout_s <= 900 && floor(limits.timeout_s) == limits.timeout_s),
      true,
    )])
    error_message = "function_limits: timeout_s must be a whole number from 10 to 900."
  }
  validation {
    condition = alltrue([for name, limits in var.function_limits : limits.max_concurrency == null ? true : (
      contains(["enrich", "deduplicate", "respond", "notify"], name) && limits.max_concurrency >= 2 && limits.max_concurrency <= 1000 && floor(limits.max_concurrency) == limits.max_concurrency
    )])
    error_message = "function_limits: max_concurrency must be a whole number from 2 (the minimum of SQS) to 1000, of enrich, deduplicate, respond or notify. The other functions have no queue."
  }
  validation {
    condition = alltrue([for name, limits in var.function_limits : limits.reserved_concurrency == null ? true : (
      name == "interact" && limits.reserved_concurrency == -1 ||
      limits.reserved_concurrency >= (
        contains(["interact", "operate", "operate-read", "sweep"], name) ? 1 :
        coalesce(limits.max_concurrency, var.limits.max_concurrency) * (name == "respond" ? 2 : 1) + max(2, floor(coalesce(limits.max_concurrency, var.limits.max_concurrency) / 5))
      ) && floor(limits.reserved_concurrency) == limits.reserved_concurrency
    )])
    error_message = "function_limits: reserved_concurrency must be a whole number, at least what its queues can use: max_concurrency (twice for respond), and a fifth of it, at least 2, for unverified senders; 1 for sweep, operate and operate-read; 1, or -1 for none, for interact. Less throttles invocations, and each uses up one of a message's five attempts."
  }
  validation {
    condition     = try(var.function_limits["respond"].timeout_s == null || var.function_limits["respond"].timeout_s >= 60, true)
    error_message = "function_limits: timeout_s of respond must be at least 60, because one step may take 45 seconds."
  }
  validation {
    condition     = try(var.function_limits["notify"].timeout_s == null || var.function_limits["notify"].timeout_s >= 30, true)
    error_message = "function_limits: timeout_s of notify must be at least 30, because one message may take 20 seconds."
  }
}

variable "notifications" {
  description = "Who is notified. See the root module's variable of the same name."
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

  validation {
    condition = alltrue([
      for arn in concat(compact([var.notifications.slack_secret_arn, try(var.notifications.channels.secret_arn, null)]), try(var.notifications.channels.refers_to, [])) :
      can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", arn))
    ])
    error_message = "notifications must contain ARNs of secrets without wildcards, never a webhook URL. Example: \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:tiercel/slack-AbCdEf\"."
  }
  validation {
    condition = alltrue([for arn in try(var.notifications.channels.targets, []) : can(regex(join("|", [
      "^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+([.]fifo)?$",
      "^arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/[A-Za-z0-9/_.-]+$",
      "^arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity/[A-Za-z0-9.@_+-]+$",
      "^arn:aws[a-z-]*:securityhub:[a-z0-9-]+:[0-9]{12}:product/[0-9]{12}/default$",
      "^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9/_.=-]+)?$",
    ]), arn))])
    error_message = "notifications.channels.targets must be ARNs without wildcards of SNS topics, event buses, SES identities, Security Hub's default product, or S3 locations. Examples: \"arn:aws:sns:eu-west-1:123456789012:incidents\", \"arn:aws:s3:::bucket/prefix\"."
  }
  validation {
    condition     = length(try(var.notifications.channels.targets, [])) <= 50
    error_message = "notifications.channels.targets must have at most 50 entries, because an inline policy is limited in size."
  }
}

variable "responses" {
  description = "Responses to incidents. See the root module's variable of the same name."
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
    error_message = "responses.policies must be the content of a policy file with at most 8192 characters, for example file(\"responses.yaml\"). Put a longer file into a layer and set its path, for example \"/opt/responses.yaml\"."
  }
  validation {
    condition = alltrue([for action in var.responses.actions : contains([
      "k8s:isolate-pod", "k8s:delete-pod", "k8s:label", "k8s:cordon", "k8s:scale", "ec2:isolate", "ec2:preserve", "ec2:stop",
      "ec2:imds-lockdown", "iam:revoke-sessions", "lambda:invoke", "webhook",
    ], action)])
    error_message = "responses.actions must be a subset of k8s:isolate-pod, k8s:delete-pod, k8s:label, k8s:cordon, k8s:scale, ec2:isolate, ec2:preserve, ec2:stop, ec2:imds-lockdown, iam:revoke-sessions, lambda:invoke and webhook."
  }
  validation {
    condition     = length(setintersection(var.responses.actions, ["ec2:isolate", "ec2:preserve", "ec2:stop", "ec2:imds-lockdown"])) == 0 || length(var.responses.instance_tags) > 0
    error_message = "responses.instance_tags must not be empty: ec2:isolate, ec2:preserve, ec2:stop and ec2:imds-lockdown act only on tagged instances. Example: { \"kubernetes.io/cluster/prod\" = \"owned\" }."
  }
  validation {
    condition     = alltrue([for id in var.responses.vpc_ids : can(regex("^vpc-[0-9a-f]{8,17}$", id))])
    error_message = "responses.vpc_ids must be VPC IDs. Example: \"vpc-0123456789abcdef0\"."
  }
  validation {
    condition     = var.responses.evidence == null ? !contains(var.responses.actions, "ec2:preserve") : can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9/_.-]+)?$", var.responses.evidence))
    error_message = "responses.evidence must be set for ec2:preserve: an existing bucket for its manifests, in the form \"s3://BUCKET/PREFIX\"."
  }
  validation {
    condition     = alltrue([for arn in var.responses.role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+[*]?$", arn))])
    error_message = "responses.role_arns must be ARNs of roles. A name may end with one *, after at least one character. Example: \"arn:aws:iam::123456789012:role/prod-nodes-*\"."
  }
  validation {
    condition     = !contains(var.responses.actions, "iam:revoke-sessions") || length(var.responses.role_arns) > 0
    error_message = "responses.role_arns must not be empty for iam:revoke-sessions: name the roles of nodes and pods whose sessions it may revoke."
  }
  validation {
    condition     = alltrue([for arn in var.responses.function_arns : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$", arn))]) && (!contains(var.responses.actions, "lambda:invoke") || length(var.responses.function_arns) > 0)
    error_message = "responses.function_arns must be ARNs of functions without wildcards, and must not be empty for lambda:invoke."
  }
  validation {
    condition     = alltrue([for arn in var.responses.webhook_secret_arns : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", arn))]) && (!contains(var.responses.actions, "webhook") || length(var.responses.webhook_secret_arns) > 0)
    error_message = "responses.webhook_secret_arns must be ARNs of secrets without wildcards, and must not be empty for webhook."
  }
}

variable "configuration" {
  description = "Content of the incident rules (docs/incidents.md), of the enrichment file (docs/enrichment.md) and of the privacy file (docs/privacy.md), or their paths in a layer."
  type = object({
    incidents  = optional(string)
    enrichment = optional(string)
    privacy    = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for text in [var.configuration.incidents, var.configuration.enrichment, var.configuration.privacy] : text == null ? true : length(text) > 0 && length(text) <= 8192])
    error_message = "configuration must be file contents with at most 8192 characters, for example file(\"incidents.yaml\"). Put a longer file into a layer and set its path, for example \"/opt/incidents.yaml\"."
  }
}

variable "identity" {
  description = "How enrich verifies the senders of alerts (docs/identity.md). issuer: URL of the cluster's OpenID Connect issuer. audience, service_account: those of sensors' tokens, NAMESPACE/NAME. required: reject alerts of senders that are not verified. ec2_certificates: AWS's certificates that sign instance identity documents (PEM), or their path in a layer. ec2_accounts: accounts of the instances; empty for this account. Without issuer and ec2_certificates, no sender is verified."
  type = object({
    issuer           = optional(string)
    audience         = optional(string, "tiercel")
    service_account  = optional(string, "tiercel/tiercel-sensor")
    required         = optional(bool, false)
    ec2_certificates = optional(string)
    ec2_accounts     = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.identity.issuer == null ? true : can(regex("^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?$", var.identity.issuer))
    error_message = "identity.issuer must be an https URL without a query. Example: \"https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF\"."
  }
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$", var.identity.audience))
    error_message = "identity.audience must be 1 to 128 letters, digits or the characters ._:/-, and must start with a letter or digit."
  }
  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", var.identity.service_account))
    error_message = "identity.service_account must be NAMESPACE/NAME. Example: \"tiercel/tiercel-sensor\"."
  }
  validation {
    condition     = !var.identity.required || var.identity.issuer != null || var.identity.ec2_certificates != null
    error_message = "identity.required needs identity.issuer or identity.ec2_certificates. Otherwise every alert would be rejected."
  }
  validation {
    condition = var.identity.ec2_certificates == null ? true : startswith(var.identity.ec2_certificates, "/opt/") || (
      strcontains(var.identity.ec2_certificates, "-----BEGIN CERTIFICATE-----") && length(var.identity.ec2_certificates) <= 8192
    )
    error_message = "identity.ec2_certificates must be PEM certificates with at most 8192 characters, for example file(\"ec2-certificates.pem\"). Put more into a layer and set its path, for example \"/opt/ec2-certificates.pem\"."
  }
  validation {
    condition     = length(var.identity.ec2_accounts) <= 100 && alltrue([for id in var.identity.ec2_accounts : can(regex("^[0-9]{12}$", id))])
    error_message = "identity.ec2_accounts must be at most 100 account IDs of 12 digits, as strings. Example: [\"111122223333\"]."
  }
  validation {
    condition     = length(var.identity.ec2_accounts) == 0 || var.identity.ec2_certificates != null
    error_message = "identity.ec2_accounts has no effect without identity.ec2_certificates."
  }
}

variable "tags" {
  description = "Tags of all resources that support tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
