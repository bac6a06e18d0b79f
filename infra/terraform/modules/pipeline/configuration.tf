# What the functions are told beyond where things are. A file is a parameter of Systems Manager or lies in a layer. SnapStart
# freezes what a function has read at its start, so the name of a parameter has its version behind it: another text is
# another published version, and an alias that is put back finds the text of its time.

locals {
  files = {
    responses  = var.responses.policies
    incidents  = var.configuration.incidents
    enrichment = var.configuration.enrichment
  }
  texts  = { for name, text in local.files : name => text if text != null && !startswith(coalesce(text, "none"), "/opt/") }
  places = { for name, text in local.files : name => text == null ? null : startswith(coalesce(text, "none"), "/opt/") ? text : "ssm:${aws_ssm_parameter.configuration[name].name}:${aws_ssm_parameter.configuration[name].version}" }

  policies       = local.places.responses == null ? {} : { TIERCEL_RESPONSES = local.places.responses }
  incident_rules = local.places.incidents == null ? {} : { TIERCEL_INCIDENTS = local.places.incidents }
  enrichment     = local.places.enrichment == null ? {} : { TIERCEL_ENRICHMENT = local.places.enrichment }
  # Which functions read which of them.
  files_of = {
    enrich      = ["incidents", "enrichment"]
    deduplicate = ["incidents"]
    respond     = ["responses"]
    notify      = ["responses"]
    sweep       = ["incidents"]
    interact    = []
  }

  asking = merge(
    { TIERCEL_ENRICH_SOURCES = var.cluster_name == null ? "aws" : "aws,kubernetes" },
    var.cluster_name == null ? {} : { TIERCEL_CLUSTER = var.cluster_name, TIERCEL_EKS_CLUSTER = var.cluster_name },
  )
  acting = merge(
    length(local.acts_on) == 0 ? {} : { TIERCEL_ACTIONS = join(",", local.acts_on) },
    local.acts_on_cluster ? { TIERCEL_EKS_CLUSTER = var.cluster_name } : {},
    var.responses.evidence == null ? {} : { TIERCEL_EVIDENCE = var.responses.evidence },
  )
  slack    = var.notifications.slack_secret_arn == null ? {} : { TIERCEL_SLACK_SECRET = var.notifications.slack_secret_arn }
  channels = local.interactive ? { TIERCEL_NOTIFICATIONS = "secret:${var.notifications.channels.secret_arn}" } : {}
  # The file of channels, and what it refers to.
  channel_secrets = local.interactive ? concat([var.notifications.channels.secret_arn], var.notifications.channels.refers_to) : []
}

resource "aws_ssm_parameter" "configuration" {
  for_each = local.texts

  name        = "/tiercel/${var.name}/${each.key}"
  description = "Tiercel ${var.name}: the file of ${each.key}"
  type        = "String"
  tier        = length(each.value) > 4096 ? "Advanced" : "Standard"
  # Not insecure_value, although it holds no secrets: where that changes the provider foresees no new version.
  value = each.value
  tags  = local.tags
}

# Anything but "off" stops every response, and so does its absence. Who throws it does so by hand; applying again must not
# throw it back.
resource "aws_ssm_parameter" "kill_switch" {
  name           = "/tiercel/${var.name}/kill-switch"
  description    = "Tiercel ${var.name}: responses begin while this is off; anything else stops them"
  type           = "String"
  insecure_value = "off"
  tags           = local.tags

  lifecycle {
    ignore_changes = [insecure_value]
  }
}
