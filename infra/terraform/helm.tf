data "aws_region" "current" {}

# Values for the Helm chart, so that nobody copies them by hand.
locals {
  helm_values = {
    cluster = local.cluster_name == null ? "" : local.cluster_name
    delivery = {
      sqs = {
        queueUrl = module.pipeline.alerts_queue.url
        region   = data.aws_region.current.region
      }
    }
    identity = { audience = var.settings.identity.audience }
    serviceAccount = {
      create      = true
      name        = try(var.cluster.service_account, "tiercel-sensor")
      annotations = local.cluster_name == null ? {} : module.sensor_access[0].service_account_annotations
    }
    # Permissions in the cluster for the groups of the access entries.
    enrich = { rbac = { create = local.cluster_name != null } }
    respond = {
      rbac    = { create = local.acts_on_cluster }
      actions = [for action in var.responses.actions : action if startswith(action, "k8s:")]
    }
  }
}
