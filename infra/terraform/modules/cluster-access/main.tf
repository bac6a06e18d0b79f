# EKS access entries: each function becomes a member of a Kubernetes group. The chart, or the manifests in infra/kubernetes, grant
# the group its permissions.
resource "aws_eks_access_entry" "function" {
  for_each = var.roles

  cluster_name      = var.cluster_name
  principal_arn     = each.value
  kubernetes_groups = ["tiercel-${each.key}"]
  type              = "STANDARD"
  tags              = var.tags
}
