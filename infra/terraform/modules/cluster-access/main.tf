# Lets functions into a cluster, each as a member of a Kubernetes group. What the group may do is said in the cluster: by
# infra/kubernetes, or the chart.
resource "aws_eks_access_entry" "function" {
  for_each = var.roles

  cluster_name      = var.cluster_name
  principal_arn     = each.value
  kubernetes_groups = ["tiercel-${each.key}"]
  type              = "STANDARD"
  tags              = var.tags
}
