output "role_arn" {
  description = "ARN of the sensors' role."
  value       = aws_iam_role.sensor.arn
}

output "service_account_annotations" {
  description = "What the chart's service account has to be annotated with: the role with IRSA, nothing with EKS Pod Identity."
  value       = local.irsa ? { "eks.amazonaws.com/role-arn" = aws_iam_role.sensor.arn } : {}
}
