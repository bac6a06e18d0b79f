output "groups" {
  description = "Kubernetes group of each function, by function name."
  value       = { for name, entry in aws_eks_access_entry.function : name => one(entry.kubernetes_groups) }
}
