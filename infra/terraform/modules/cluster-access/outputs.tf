output "groups" {
  description = "Kubernetes groups of each function, by function name."
  value       = { for name, entry in aws_eks_access_entry.function : name => sort(entry.kubernetes_groups) }
}
