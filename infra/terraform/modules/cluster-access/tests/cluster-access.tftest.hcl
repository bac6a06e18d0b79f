mock_provider "aws" {}

variables {
  cluster_name = "prod"
  roles = {
    enrich  = "arn:aws:iam::123456789012:role/tiercel-enrich"
    respond = "arn:aws:iam::123456789012:role/tiercel-respond"
  }
}

run "each_function_is_a_member_of_its_group_and_of_no_other" {
  command = apply

  assert {
    condition     = output.groups == { enrich = "tiercel-enrich", respond = "tiercel-respond" }
    error_message = "The groups are those that infra/kubernetes gives rights to."
  }
  assert {
    condition     = alltrue([for entry in aws_eks_access_entry.function : entry.type == "STANDARD" && entry.cluster_name == "prod"])
    error_message = "An entry is of another kind, or of another cluster."
  }
}

run "a_function_that_has_no_business_there" {
  command = plan
  variables {
    roles = { notify = "arn:aws:iam::123456789012:role/tiercel-notify" }
  }
  expect_failures = [var.roles]
}
