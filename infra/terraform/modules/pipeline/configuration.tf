# Configuration of the functions. A file is a Systems Manager parameter or is part of a layer. SnapStart freezes what a function
# reads at start, so a setting names the parameter together with its version. New content creates a new function version, and
# an alias that is moved back reads the content of its time.

locals {
  files = {
    responses  = var.responses.policies
    incidents  = var.configuration.incidents
    enrichment = var.configuration.enrichment
    privacy    = var.configuration.privacy

    ec2-certificates = var.identity.ec2_certificates
  }
  parameters     = { for name, text in local.files : name => text if text != null && !startswith(coalesce(text, "none"), "/opt/") }
  file_locations = { for name, text in local.files : name => text == null ? null : startswith(coalesce(text, "none"), "/opt/") ? text : "ssm:${aws_ssm_parameter.configuration[name].name}:${aws_ssm_parameter.configuration[name].version}" }

  policies       = local.file_locations.responses == null ? {} : { TIERCEL_RESPONSES = local.file_locations.responses }
  incident_rules = local.file_locations.incidents == null ? {} : { TIERCEL_INCIDENTS = local.file_locations.incidents }
  enrichment     = local.file_locations.enrichment == null ? {} : { TIERCEL_ENRICHMENT = local.file_locations.enrichment }
  privacy        = local.file_locations.privacy == null ? {} : { TIERCEL_PRIVACY = local.file_locations.privacy }
  # The files that each function reads.
  files_by_function = {
    enrich      = ["incidents", "enrichment", "ec2-certificates", "privacy"]
    deduplicate = ["incidents", "privacy"]
    respond     = ["responses", "privacy"]
    notify      = ["responses", "privacy"]
    sweep       = ["incidents", "privacy"]
    interact    = ["responses", "privacy"]
    operate     = ["responses", "privacy"]

    operate-read = ["responses", "privacy"]
  }

  enrichment_sources = merge(
    { TIERCEL_ENRICH_SOURCES = var.cluster_name == null ? "aws" : "aws,kubernetes" },
    var.cluster_name == null ? {} : { TIERCEL_CLUSTER = var.cluster_name, TIERCEL_EKS_CLUSTER = var.cluster_name },
  )
  # enrich verifies senders and stores the result with the alert. No other function sees a credential.
  identity = merge(
    var.identity.issuer == null ? {} : {
      TIERCEL_IDENTITY_ISSUER          = var.identity.issuer
      TIERCEL_IDENTITY_AUDIENCE        = var.identity.audience
      TIERCEL_IDENTITY_SERVICE_ACCOUNT = var.identity.service_account
    },
    var.identity.ec2_certificates == null ? {} : {
      TIERCEL_IDENTITY_EC2_CERTIFICATES = local.file_locations.ec2-certificates
      TIERCEL_IDENTITY_EC2_ACCOUNTS     = join(",", length(var.identity.ec2_accounts) == 0 ? [local.account] : var.identity.ec2_accounts)
    },
    var.identity.required ? { TIERCEL_IDENTITY_REQUIRED = "true" } : {},
  )
  response_settings = merge(
    { TIERCEL_RESPOND_TIMEOUT = tostring(local.limits.respond.timeout_s) },
    length(local.action_systems) == 0 ? {} : { TIERCEL_ACTIONS = join(",", local.action_systems) },
    # respond looks a target up again immediately before it acts on it.
    local.acts_on_targets ? local.enrichment_sources : {},
    var.responses.evidence == null ? {} : { TIERCEL_EVIDENCE = var.responses.evidence },
  )
  slack    = var.notifications.slack_secret_arn == null ? {} : { TIERCEL_SLACK_SECRET = var.notifications.slack_secret_arn }
  channels = local.interactive ? { TIERCEL_NOTIFICATIONS = "secret:${var.notifications.channels.secret_arn}" } : {}
  # What channels call in each service of notifications.channels.targets. Raw email has an action of its own.
  target_actions = {
    PublishToTopics    = { service = "sns", actions = ["sns:Publish"], suffix = "" }
    PutEvents          = { service = "events", actions = ["events:PutEvents"], suffix = "" }
    SendEmail          = { service = "ses", actions = ["ses:SendEmail", "ses:SendRawEmail"], suffix = "" }
    ImportFindings     = { service = "securityhub", actions = ["securityhub:BatchImportFindings"], suffix = "" }
    PutIncidentObjects = { service = "s3", actions = ["s3:PutObject"], suffix = "/*" }
  }
  channel_targets = local.interactive ? var.notifications.channels.targets : []
  channel_permissions = { for sid, permission in local.target_actions : sid => {
    actions   = permission.actions
    resources = [for arn in local.channel_targets : "${arn}${permission.suffix}" if split(":", arn)[2] == permission.service]
  } if anytrue([for arn in local.channel_targets : split(":", arn)[2] == permission.service]) }
  # The notification file and the secrets that it refers to.
  channel_secrets = local.interactive ? concat([var.notifications.channels.secret_arn], var.notifications.channels.refers_to) : []
}

resource "aws_ssm_parameter" "configuration" {
  for_each = local.parameters

  name        = "/tiercel/${var.name}/${each.key}"
  description = "Tiercel ${var.name}: the ${each.key} file"
  type        = "String"
  tier        = length(each.value) > 4096 ? "Advanced" : "Standard"
  # Not insecure_value, although the content is not secret: the provider plans no new version when insecure_value changes.
  value = each.value
  tags  = local.tags
}

# Any value other than "off", and a missing parameter, stop all responses. Operators set it by hand, so Terraform ignores its
# value.
resource "aws_ssm_parameter" "kill_switch" {
  name           = "/tiercel/${var.name}/kill-switch"
  description    = "Tiercel ${var.name}: kill switch; any value other than off stops all responses"
  type           = "String"
  insecure_value = "off"
  tags           = local.tags

  lifecycle {
    ignore_changes = [insecure_value]
  }
}
