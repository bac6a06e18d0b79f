# What each action of a response needs (docs/responses.md), which the respond function gets only while the action is enabled.
# Every write is bound to this region and, where AWS can tell, to tags: of the cluster's instances, or of what Tiercel itself
# has made. Reading is on "*", since EC2 and its like know no other way.

locals {
  enabled         = toset(var.responses.actions)
  acts_on_cluster = anytrue([for action in local.enabled : startswith(action, "k8s:")])
  # A pod may have interfaces of its own (security groups for pods), which are isolated with it.
  isolates    = contains(local.enabled, "ec2:isolate") || contains(local.enabled, "k8s:isolate-pod")
  acts_on_aws = local.isolates || anytrue([for action in local.enabled : can(regex("^(ec2|iam|lambda):", action))])
  acts_on     = concat(local.acts_on_aws ? ["aws"] : [], local.acts_on_cluster ? ["kubernetes"] : [])

  ec2         = "arn:${local.partition}:ec2:${local.region}:${local.account}"
  here        = { test = "StringEquals", variable = "aws:RequestedRegion", values = [local.region] }
  made_by_us  = { test = "StringEquals", variable = "aws:ResourceTag/tiercel", values = ["containment"] }
  of_instance = [for key, value in var.responses.instance_tags : { test = "StringEquals", variable = "aws:ResourceTag/${key}", values = [value] }]
  of_vpcs = length(var.responses.vpc_ids) == 0 ? [] : [
    { test = "ArnEquals", variable = "ec2:Vpc", values = [for id in var.responses.vpc_ids : "${local.ec2}:vpc/${id}"] },
  ]
  evidence = trimprefix(coalesce(var.responses.evidence, "none"), "s3://")

  isolate = {
    LookAtInterfaces = {
      actions    = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"]
      resources  = ["*"]
      conditions = []
    }
    MakeQuarantineGroup = {
      actions    = ["ec2:CreateSecurityGroup"]
      resources  = ["${local.ec2}:security-group/*"]
      conditions = [local.here, { test = "StringEquals", variable = "aws:RequestTag/tiercel", values = ["containment"] }]
    }
    MakeItInVpc = {
      actions    = ["ec2:CreateSecurityGroup"]
      resources  = length(var.responses.vpc_ids) == 0 ? ["${local.ec2}:vpc/*"] : [for id in var.responses.vpc_ids : "${local.ec2}:vpc/${id}"]
      conditions = [local.here]
    }
    TagQuarantineGroup = {
      actions    = ["ec2:CreateTags"]
      resources  = ["${local.ec2}:security-group/*"]
      conditions = [local.here, { test = "StringEquals", variable = "ec2:CreateAction", values = ["CreateSecurityGroup"] }]
    }
    RuleQuarantineGroup = {
      actions = [
        "ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress",
      ]
      resources  = ["${local.ec2}:security-group/*"]
      conditions = [local.here, local.made_by_us]
    }
    # Back into its own groups as well, which nobody knows before. EC2 asks for the interface, for each group, and for the
    # instance that the interface is attached to.
    MoveInterfacesOfInstances = {
      actions    = ["ec2:ModifyNetworkInterfaceAttribute"]
      resources  = ["${local.ec2}:instance/*"]
      conditions = concat([local.here], local.of_instance)
    }
    MoveInterfaces = {
      actions    = ["ec2:ModifyNetworkInterfaceAttribute"]
      resources  = ["${local.ec2}:network-interface/*", "${local.ec2}:security-group/*"]
      conditions = concat([local.here], local.of_vpcs)
    }
  }

  rights = {
    "k8s:isolate-pod" = local.isolate
    "ec2:isolate"     = local.isolate
    "ec2:preserve" = {
      LookAtVolumesAndGroups = {
        actions = [
          "ec2:DescribeInstanceAttribute", "ec2:DescribeSnapshots", "autoscaling:DescribeAutoScalingInstances",
          "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
        ]
        resources  = ["*"]
        conditions = []
      }
      ProtectInstances = {
        actions    = ["ec2:ModifyInstanceAttribute"]
        resources  = ["${local.ec2}:instance/*"]
        conditions = concat([local.here], local.of_instance)
      }
      # EC2 asks for the volume too where its deletion with the instance is switched off.
      KeepVolumes = {
        actions    = ["ec2:ModifyInstanceAttribute", "ec2:CreateSnapshot"]
        resources  = ["${local.ec2}:volume/*"]
        conditions = [local.here]
      }
      MakeSnapshots = {
        actions    = ["ec2:CreateSnapshot"]
        resources  = ["arn:${local.partition}:ec2:${local.region}::snapshot/*"]
        conditions = [local.here]
      }
      TagSnapshots = {
        actions    = ["ec2:CreateTags"]
        resources  = ["arn:${local.partition}:ec2:${local.region}::snapshot/*"]
        conditions = [local.here, { test = "StringEquals", variable = "ec2:CreateAction", values = ["CreateSnapshot"] }]
      }
      LeaveScalingGroup = {
        actions    = ["autoscaling:DetachInstances", "autoscaling:AttachInstances", "autoscaling:SetInstanceProtection"]
        resources  = ["arn:${local.partition}:autoscaling:${local.region}:${local.account}:autoScalingGroup:*:autoScalingGroupName/*"]
        conditions = concat([local.here], local.of_instance)
      }
      LeaveTargetGroups = {
        actions    = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
        resources  = ["arn:${local.partition}:elasticloadbalancing:${local.region}:${local.account}:targetgroup/*/*"]
        conditions = [local.here]
      }
      KeepManifest = {
        actions    = ["s3:PutObject"]
        resources  = ["arn:${local.partition}:s3:::${local.evidence}${strcontains(local.evidence, "/") ? "" : "/"}*"]
        conditions = []
      }
    }
    "ec2:stop" = {
      StopInstances = {
        actions    = ["ec2:StopInstances", "ec2:StartInstances"]
        resources  = ["${local.ec2}:instance/*"]
        conditions = concat([local.here], local.of_instance)
      }
    }
    "ec2:imds-lockdown" = {
      SwitchMetadata = {
        actions    = ["ec2:ModifyInstanceMetadataOptions"]
        resources  = ["${local.ec2}:instance/*"]
        conditions = concat([local.here], local.of_instance)
      }
    }
    "iam:revoke-sessions" = {
      LookAtProfiles = {
        actions    = ["iam:GetInstanceProfile"]
        resources  = ["arn:${local.partition}:iam::${local.account}:instance-profile/*"]
        conditions = []
      }
      DenySessions = {
        actions    = ["iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy"]
        resources  = var.responses.role_arns
        conditions = []
      }
    }
    "lambda:invoke" = {
      InvokeReceivers = {
        actions    = ["lambda:InvokeFunction"]
        resources  = var.responses.function_arns
        conditions = []
      }
    }
    "webhook" = {
      ReadWebhookSecrets = {
        actions    = ["secretsmanager:GetSecretValue"]
        resources  = var.responses.webhook_secret_arns
        conditions = []
      }
    }
  }
  common = merge(
    local.acts_on_aws ? {
      LookAtInstances = { actions = ["ec2:DescribeInstances"], resources = ["*"], conditions = [] }
    } : {},
    local.acts_on_cluster ? {
      FindCluster = { actions = ["eks:DescribeCluster"], resources = [local.cluster_arn], conditions = [] }
    } : {},
  )
  cluster_arn = "arn:${local.partition}:eks:${local.region}:${local.account}:cluster/${coalesce(var.cluster_name, "none")}"
  own_roles   = [for name in local.function_names : "arn:${local.partition}:iam::${local.account}:role/${var.name}-${name}"]
  # Two actions that need the same need it once.
  statements = merge([for rights in concat([local.common], [for action in local.enabled : local.rights[action] if contains(keys(local.rights), action)]) : {
    for sid, statement in rights : sid => statement if length(statement.resources) > 0
  }]...)
}

data "aws_iam_policy_document" "actions" {
  dynamic "statement" {
    for_each = local.statements
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = statement.value.conditions
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

# A policy of its own, beside what respond always has, so that the two are told apart when somebody looks at the role.
resource "aws_iam_role_policy" "actions" {
  count = length(local.enabled) == 0 ? 0 : 1

  name   = "actions"
  role   = aws_iam_role.function["respond"].id
  policy = data.aws_iam_policy_document.actions.json

  lifecycle {
    precondition {
      condition     = !local.acts_on_cluster || var.cluster_name != null
      error_message = "responses.actions: an action on a cluster (k8s:...) is enabled and no cluster is named; set cluster."
    }
    precondition {
      condition     = alltrue([for own in local.own_roles : alltrue([for arn in var.responses.role_arns : !startswith("${own}$", endswith(arn, "*") ? trimsuffix(arn, "*") : "${arn}$")])])
      error_message = "responses.role_arns: one of them is, or includes, a role of this pipeline, which could then give itself any right; name the roles of nodes and pods."
    }
  }
}
