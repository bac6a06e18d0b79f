# IAM permissions of each response action (docs/responses.md). The respond function has them only while the action is enabled.
# Every write is restricted to this region. Where AWS supports it, a write is also restricted by tag: to the cluster's
# instances, or to resources that Tiercel created. EC2's Describe actions do not support resource-level permissions.

locals {
  enabled_actions     = toset(var.responses.actions)
  has_cluster_actions = anytrue([for action in local.enabled_actions : startswith(action, "k8s:")])
  # Actions on a pod, a node or an instance, in contrast to calls of receivers.
  acts_on_targets = anytrue([for action in local.enabled_actions : can(regex("^(k8s|ec2|iam):", action))])
  # A pod may have its own network interfaces (security groups for pods), which are isolated together with the pod.
  has_isolation   = contains(local.enabled_actions, "ec2:isolate") || contains(local.enabled_actions, "k8s:isolate-pod")
  has_aws_actions = local.has_isolation || anytrue([for action in local.enabled_actions : can(regex("^(ec2|iam|lambda):", action))])
  action_systems  = concat(local.has_aws_actions ? ["aws"] : [], local.has_cluster_actions ? ["kubernetes"] : [])

  ec2                = "arn:${local.partition}:ec2:${local.region}:${local.account}"
  in_region          = { test = "StringEquals", variable = "aws:RequestedRegion", values = [local.region] }
  created_by_tiercel = { test = "StringEquals", variable = "aws:ResourceTag/tiercel", values = ["containment"] }
  instance_tagged    = [for key, value in var.responses.instance_tags : { test = "StringEquals", variable = "aws:ResourceTag/${key}", values = [value] }]
  in_vpcs = length(var.responses.vpc_ids) == 0 ? [] : [
    { test = "ArnEquals", variable = "ec2:Vpc", values = [for id in var.responses.vpc_ids : "${local.ec2}:vpc/${id}"] },
  ]
  evidence = trimprefix(coalesce(var.responses.evidence, "none"), "s3://")

  isolation_permissions = {
    DescribeInterfaces = {
      actions    = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"]
      resources  = ["*"]
      conditions = []
    }
    CreateQuarantineGroup = {
      actions    = ["ec2:CreateSecurityGroup"]
      resources  = ["${local.ec2}:security-group/*"]
      conditions = [local.in_region, { test = "StringEquals", variable = "aws:RequestTag/tiercel", values = ["containment"] }]
    }
    CreateQuarantineGroupInVpc = {
      actions    = ["ec2:CreateSecurityGroup"]
      resources  = length(var.responses.vpc_ids) == 0 ? ["${local.ec2}:vpc/*"] : [for id in var.responses.vpc_ids : "${local.ec2}:vpc/${id}"]
      conditions = [local.in_region]
    }
    TagQuarantineGroup = {
      actions    = ["ec2:CreateTags"]
      resources  = ["${local.ec2}:security-group/*"]
      conditions = [local.in_region, { test = "StringEquals", variable = "ec2:CreateAction", values = ["CreateSecurityGroup"] }]
    }
    # The group that an interface passes through on its way into quarantine is deleted when nothing uses it.
    ManageQuarantineGroups = {
      actions = [
        "ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress", "ec2:DeleteSecurityGroup",
      ]
      resources  = ["${local.ec2}:security-group/*"]
      conditions = [local.in_region, local.created_by_tiercel]
    }
    # Release moves an interface back into its own groups, which are not known in advance. EC2 authorizes the interface, each
    # group, and the instance that the interface is attached to.
    ChangeInterfaceGroupsOfInstances = {
      actions    = ["ec2:ModifyNetworkInterfaceAttribute"]
      resources  = ["${local.ec2}:instance/*"]
      conditions = concat([local.in_region], local.instance_tagged)
    }
    ChangeInterfaceGroups = {
      actions    = ["ec2:ModifyNetworkInterfaceAttribute"]
      resources  = ["${local.ec2}:network-interface/*", "${local.ec2}:security-group/*"]
      conditions = concat([local.in_region], local.in_vpcs)
    }
  }

  permissions = {
    "k8s:isolate-pod" = local.isolation_permissions
    "ec2:isolate"     = local.isolation_permissions
    "ec2:preserve" = {
      DescribeVolumesAndTargetGroups = {
        actions = [
          "ec2:DescribeInstanceAttribute", "ec2:DescribeSnapshots", "autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeAutoScalingGroups",
          "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
        ]
        resources  = ["*"]
        conditions = []
      }
      ProtectInstances = {
        actions    = ["ec2:ModifyInstanceAttribute"]
        resources  = ["${local.ec2}:instance/*"]
        conditions = concat([local.in_region], local.instance_tagged)
      }
      # The action changes disableApiTermination, disableApiStop and blockDeviceMapping only.
      DenyOtherInstanceAttributes = {
        effect    = "Deny"
        actions   = ["ec2:ModifyInstanceAttribute"]
        resources = ["*"]
        conditions = [{ test = "ForAnyValue:StringEqualsIgnoreCase", variable = "ec2:Attribute", values = [
          "userData", "instanceType", "kernel", "ramdisk", "instanceInitiatedShutdownBehavior", "rootDeviceName", "productCodes",
          "sourceDestCheck", "groupSet", "groupId", "ebsOptimized", "sriovNetSupport", "enaSupport", "enclaveOptions",
        ] }]
      }
      # Null with the value false: the call changes this attribute.
      DenyUserData = {
        effect     = "Deny"
        actions    = ["ec2:ModifyInstanceAttribute"]
        resources  = ["*"]
        conditions = [{ test = "Null", variable = "ec2:Attribute/UserData", values = ["false"] }]
      }
      # EC2 also authorizes the volume when DeleteOnTermination is turned off.
      PreserveVolumes = {
        actions    = ["ec2:ModifyInstanceAttribute"]
        resources  = ["${local.ec2}:volume/*"]
        conditions = [local.in_region]
      }
      # CreateSnapshots names an instance, and EC2 authorizes the instance, its volumes and the snapshots. CreateSnapshot of a
      # single volume is not allowed, because a volume does not have the tags of its instance.
      SnapshotTaggedInstances = {
        actions    = ["ec2:CreateSnapshots"]
        resources  = ["${local.ec2}:instance/*"]
        conditions = concat([local.in_region], local.instance_tagged)
      }
      CreateSnapshots = {
        actions    = ["ec2:CreateSnapshots"]
        resources  = ["${local.ec2}:volume/*", "arn:${local.partition}:ec2:${local.region}::snapshot/*"]
        conditions = [local.in_region]
      }
      TagSnapshots = {
        actions    = ["ec2:CreateTags"]
        resources  = ["arn:${local.partition}:ec2:${local.region}::snapshot/*"]
        conditions = [local.in_region, { test = "StringEquals", variable = "ec2:CreateAction", values = ["CreateSnapshots"] }]
      }
      DetachFromAutoScalingGroup = {
        actions    = ["autoscaling:DetachInstances", "autoscaling:AttachInstances", "autoscaling:SetInstanceProtection"]
        resources  = ["arn:${local.partition}:autoscaling:${local.region}:${local.account}:autoScalingGroup:*:autoScalingGroupName/*"]
        conditions = concat([local.in_region], local.instance_tagged)
      }
      DeregisterFromTargetGroups = {
        actions    = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
        resources  = ["arn:${local.partition}:elasticloadbalancing:${local.region}:${local.account}:targetgroup/*/*"]
        conditions = [local.in_region]
      }
      WriteEvidenceManifest = {
        actions    = ["s3:PutObject"]
        resources  = ["arn:${local.partition}:s3:::${local.evidence}${strcontains(local.evidence, "/") ? "" : "/"}*"]
        conditions = []
      }
    }
    "ec2:stop" = {
      StopInstances = {
        actions    = ["ec2:StopInstances", "ec2:StartInstances"]
        resources  = ["${local.ec2}:instance/*"]
        conditions = concat([local.in_region], local.instance_tagged)
      }
    }
    "ec2:imds-lockdown" = {
      # The action changes HttpEndpoint only.
      DenyOtherMetadataOptions = {
        effect    = "Deny"
        actions   = ["ec2:ModifyInstanceMetadataOptions"]
        resources = ["*"]
        conditions = [{ test = "ForAnyValue:StringEqualsIgnoreCase", variable = "ec2:Attribute", values = [
          "HttpTokens", "HttpPutResponseHopLimit", "HttpProtocolIpv6", "InstanceMetadataTags",
        ] }]
      }
      DenyMetadataTokens = {
        effect     = "Deny"
        actions    = ["ec2:ModifyInstanceMetadataOptions"]
        resources  = ["*"]
        conditions = [{ test = "Null", variable = "ec2:Attribute/HttpTokens", values = ["false"] }]
      }
      ModifyMetadataOptions = {
        actions    = ["ec2:ModifyInstanceMetadataOptions"]
        resources  = ["${local.ec2}:instance/*"]
        conditions = concat([local.in_region], local.instance_tagged)
      }
    }
    "iam:revoke-sessions" = merge(var.cluster_name == null ? {} : {
      # The role of a pod with EKS Pod Identity is known to EKS only.
      ListPodIdentityAssociations = {
        actions    = ["eks:ListPodIdentityAssociations"]
        resources  = [local.cluster_arn]
        conditions = []
      }
      DescribePodIdentityAssociations = {
        actions    = ["eks:DescribePodIdentityAssociation"]
        resources  = ["arn:${local.partition}:eks:${local.region}:${local.account}:podidentityassociation/${var.cluster_name}/*"]
        conditions = []
      }
      }, {
      GetInstanceProfiles = {
        actions    = ["iam:GetInstanceProfile"]
        resources  = ["arn:${local.partition}:iam::${local.account}:instance-profile/*"]
        conditions = []
      }
      WriteRoleSessionPolicy = {
        actions    = ["iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy"]
        resources  = var.responses.role_arns
        conditions = []
      }
    })
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
  # Looking targets up.
  common = merge(
    local.has_aws_actions || local.acts_on_targets ? {
      DescribeInstances = { actions = ["ec2:DescribeInstances"], resources = ["*"], conditions = [] }
    } : {},
    local.acts_on_targets && var.cluster_name != null ? {
      DescribeCluster = { actions = ["eks:DescribeCluster"], resources = [local.cluster_arn], conditions = [] }
    } : {},
  )
  cluster_arn = "arn:${local.partition}:eks:${local.region}:${local.account}:cluster/${coalesce(var.cluster_name, "none")}"
  own_roles   = [for name in local.function_names : "arn:${local.partition}:iam::${local.account}:role/${var.name}-${name}"]
  # Actions that share a statement get it once.
  statements = merge([for permissions in concat([local.common], [for action in local.enabled_actions : local.permissions[action] if contains(keys(local.permissions), action)]) : {
    for sid, statement in permissions : sid => merge({ effect = "Allow" }, statement) if length(statement.resources) > 0
  }]...)
}

data "aws_iam_policy_document" "actions" {
  dynamic "statement" {
    for_each = local.statements
    content {
      sid       = statement.key
      effect    = statement.value.effect
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

# A separate inline policy, so that the permissions of actions are easy to find on the role.
resource "aws_iam_role_policy" "actions" {
  count = length(local.enabled_actions) == 0 ? 0 : 1

  name   = "actions"
  role   = aws_iam_role.function["respond"].id
  policy = data.aws_iam_policy_document.actions.json

  lifecycle {
    precondition {
      condition     = !local.has_cluster_actions || var.cluster_name != null
      error_message = "responses.actions enables an action on a cluster (k8s:...), but cluster is not set. Set cluster to the name of the cluster."
    }
    precondition {
      condition     = alltrue([for own in local.own_roles : alltrue([for arn in var.responses.role_arns : !startswith("${own}$", endswith(arn, "*") ? trimsuffix(arn, "*") : "${arn}$")])])
      error_message = "responses.role_arns must not include a role of this pipeline, because that role could then grant itself any permission. Name the roles of nodes and pods."
    }
  }
}
