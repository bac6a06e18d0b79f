data "aws_region" "current" {}

# What the chart must be told, so that nobody copies it by hand.
locals {
  helm_values = {
    cluster = local.cluster_name == null ? "" : local.cluster_name
    delivery = {
      sqs = {
        queueUrl = module.pipeline.alerts_queue.url
        region   = data.aws_region.current.region
      }
    }
    serviceAccount = {
      create      = true
      name        = try(var.cluster.service_account, "")
      annotations = local.cluster_name == null ? {} : module.sensor_access[0].service_account_annotations
    }
  }
}
