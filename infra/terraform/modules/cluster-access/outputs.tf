output "groups" {
  description = "By function, the Kubernetes group that it is a member of."
  value       = { for name, entry in aws_eks_access_entry.function : name => one(entry.kubernetes_groups) }
}
