# The response pipeline, the access of sensors and functions to a cluster, and the pipeline's alarms.

locals {
  function_zip    = coalesce(var.settings.function_zip, "${path.module}/../../functions/aws/target/function.zip")
  respond_zip     = coalesce(var.settings.respond_zip, "${path.module}/../../functions/aws-respond/target/respond.zip")
  notify_zip      = coalesce(var.settings.notify_zip, "${path.module}/../../functions/aws-notify/target/notify.zip")
  operate_zip     = coalesce(var.settings.operate_zip, "${path.module}/../../functions/aws-operate/target/operate.zip")
  cluster_name    = try(var.cluster.name, null)
  acts_on_cluster = anytrue([for action in var.responses.actions : startswith(action, "k8s:")])
  # respond looks targets up in the cluster before it acts on them, also on instances and roles.
  acts_on_targets = anytrue([for action in var.responses.actions : can(regex("^(k8s|ec2|iam):", action))])
  # The group enrich only reads, and the group respond acts.
  groups = {
    enrich  = ["enrich"]
    respond = concat(local.acts_on_targets ? ["enrich"] : [], local.acts_on_cluster ? ["respond"] : [])
  }
  issuer = local.cluster_name == null ? null : (
    var.cluster.issuer != null ? var.cluster.issuer :
    var.cluster.oidc_provider_arn != null ? "https://${split(":oidc-provider/", var.cluster.oidc_provider_arn)[1]}" :
    data.aws_eks_cluster.this[0].identity[0].oidc[0].issuer
  )
  tags = merge({ Application = "tiercel", Pipeline = var.name }, var.settings.tags)
}

data "aws_eks_cluster" "this" {
  count = local.cluster_name == null || try(var.cluster.issuer, null) != null || try(var.cluster.oidc_provider_arn, null) != null ? 0 : 1

  name = var.cluster.name
}

module "pipeline" {
  source = "./modules/pipeline"

  name            = var.name
  cluster_name    = local.cluster_name
  function_zip    = local.function_zip
  respond_zip     = local.respond_zip
  notify_zip      = local.notify_zip
  operate_zip     = local.operate_zip
  architecture    = var.settings.architecture
  layers          = var.settings.layers
  function_limits = var.settings.functions
  limits = {
    memory_mb          = var.settings.memory_mb
    timeout_s          = var.settings.timeout_s
    max_concurrency    = var.settings.max_concurrency
    log_retention_days = var.settings.log_retention_days
  }
  batches       = var.settings.batches
  notifications = var.notifications
  responses = merge(var.responses, {
    # EKS, its node groups and Karpenter set this tag on the instances of a cluster.
    instance_tags = var.responses.instance_tags != null ? var.responses.instance_tags : local.cluster_name == null ? {} : { "kubernetes.io/cluster/${local.cluster_name}" = "owned" }
  })
  identity = merge(var.settings.identity, {
    issuer          = local.issuer
    service_account = local.cluster_name == null ? "tiercel/tiercel-sensor" : "${var.cluster.namespace}/${var.cluster.service_account}"
  })
  configuration = { incidents = var.settings.incidents, enrichment = var.settings.enrichment, privacy = var.settings.privacy }
  storage       = var.settings.storage
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
  functions    = { for name, groups in local.groups : name => { role_arn = module.pipeline.function_role_arns[name], groups = groups } if length(groups) > 0 }
  tags         = local.tags
}

module "observability" {
  source = "./modules/observability"

  name               = var.name
  queues             = module.pipeline.queue_names
  dead_letter_queues = { for name, queue in module.pipeline.dead_letter_queues : name => queue.name }
  # Operators see the errors of operate themselves, and every one of them could cause some.
  functions  = { for name, function in module.pipeline.function_names : name => function if !startswith(name, "operate") }
  log_groups = module.pipeline.log_groups
  topic_arn  = var.settings.alarm_topic_arn
  tags       = local.tags
}
