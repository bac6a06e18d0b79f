# The response pipeline, the access of sensors and functions to a cluster, and the pipeline's alarms.

locals {
  function_zip = coalesce(var.settings.function_zip, "${path.module}/../../functions/aws/target/function.zip")
  cluster_name = try(var.cluster.name, null)
  # respond needs access to the cluster only if an action on it is enabled.
  acts_on_cluster = anytrue([for action in var.responses.actions : startswith(action, "k8s:")])
  tags            = merge({ Application = "tiercel", Pipeline = var.name }, var.settings.tags)
}

module "pipeline" {
  source = "./modules/pipeline"

  name            = var.name
  cluster_name    = local.cluster_name
  function_zip    = local.function_zip
  architecture    = var.settings.architecture
  layers          = var.settings.layers
  function_limits = var.settings.functions
  limits = {
    memory_mb          = var.settings.memory_mb
    timeout_s          = var.settings.timeout_s
    max_concurrency    = var.settings.max_concurrency
    log_retention_days = var.settings.log_retention_days
  }
  notifications = var.notifications
  responses = merge(var.responses, {
    # EKS, its node groups and Karpenter set this tag on the instances of a cluster.
    instance_tags = var.responses.instance_tags != null ? var.responses.instance_tags : local.cluster_name == null ? {} : { "kubernetes.io/cluster/${local.cluster_name}" = "owned" }
  })
  configuration = { incidents = var.settings.incidents, enrichment = var.settings.enrichment }
  tags          = var.settings.tags
}

module "sensor_access" {
  source = "./modules/sensor-access"
  count  = local.cluster_name == null ? 0 : 1

  name              = var.name
  cluster_name      = var.cluster.name
  oidc_provider_arn = var.cluster.oidc_provider_arn
  namespace         = var.cluster.namespace
  service_account   = var.cluster.service_account
  queue_arn         = module.pipeline.alerts_queue.arn
  tags              = local.tags
}

module "cluster_access" {
  source = "./modules/cluster-access"
  count  = local.cluster_name == null ? 0 : 1

  cluster_name = var.cluster.name
  roles        = { for name, arn in module.pipeline.function_role_arns : name => arn if name == "enrich" || (name == "respond" && local.acts_on_cluster) }
  tags         = local.tags
}

module "observability" {
  source = "./modules/observability"

  name               = var.name
  queues             = module.pipeline.queue_names
  dead_letter_queues = { for name, queue in module.pipeline.dead_letter_queues : name => queue.name }
  functions          = module.pipeline.function_names
  log_groups         = module.pipeline.log_groups
  topic_arn          = var.settings.alarm_topic_arn
  tags               = local.tags
}
