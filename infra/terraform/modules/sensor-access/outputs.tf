output "role_arn" {
  description = "ARN of the sensors' role."
  value       = aws_iam_role.sensor.arn
}

output "service_account_annotations" {
  description = "Annotations for the chart's service account: the role for IRSA, none for EKS Pod Identity."
  value       = local.irsa ? { "eks.amazonaws.com/role-arn" = aws_iam_role.sensor.arn } : {}
}
