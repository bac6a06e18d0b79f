# EKS access entries: each function becomes a member of Kubernetes groups. The chart, or the manifests in infra/kubernetes, grant
# the groups their permissions.
resource "aws_eks_access_entry" "function" {
  for_each = var.functions

  cluster_name      = var.cluster_name
  principal_arn     = each.value.role_arn
  kubernetes_groups = [for group in each.value.groups : "tiercel-${group}"]
  type              = "STANDARD"
  tags              = var.tags
}
