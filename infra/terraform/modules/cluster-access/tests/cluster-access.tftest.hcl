mock_provider "aws" {}

variables {
  cluster_name = "prod"
  functions = {
    enrich  = { role_arn = "arn:aws:iam::123456789012:role/tiercel-enrich", groups = ["enrich"] }
    respond = { role_arn = "arn:aws:iam::123456789012:role/tiercel-respond", groups = ["respond", "enrich"] }
  }
}

run "each_function_is_in_its_groups" {
  command = apply

  assert {
    condition     = output.groups == { enrich = tolist(["tiercel-enrich"]), respond = tolist(["tiercel-enrich", "tiercel-respond"]) }
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
    functions = { notify = { role_arn = "arn:aws:iam::123456789012:role/tiercel-notify", groups = ["enrich"] } }
  }
  expect_failures = [var.functions]
}

run "unknown_group" {
  command = plan
  variables {
    functions = { enrich = { role_arn = "arn:aws:iam::123456789012:role/tiercel-enrich", groups = ["system:masters"] } }
  }
  expect_failures = [var.functions]
}
