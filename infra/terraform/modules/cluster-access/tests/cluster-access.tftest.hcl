mock_provider "aws" {}

variables {
  cluster_name = "prod"
  roles = {
    enrich  = "arn:aws:iam::123456789012:role/tiercel-enrich"
    respond = "arn:aws:iam::123456789012:role/tiercel-respond"
  }
}

run "each_function_has_its_own_group" {
  command = apply

  assert {
    condition     = output.groups == { enrich = "tiercel-enrich", respond = "tiercel-respond" }
    error_message = "The groups must equal those of infra/kubernetes."
  }
  assert {
    condition     = alltrue([for entry in aws_eks_access_entry.function : entry.type == "STANDARD" && entry.cluster_name == "prod"])
    error_message = "An access entry has another type or cluster."
  }
}

run "unknown_function" {
  command = plan
  variables {
    roles = { notify = "arn:aws:iam::123456789012:role/tiercel-notify" }
  }
  expect_failures = [var.roles]
}
