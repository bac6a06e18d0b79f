# Resources that most accounts already have. The secrets are created empty. Set their values with aws secretsmanager
# put-secret-value, so that they never pass through Terraform.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

# The notification file (docs/notifications.md).
resource "aws_secretsmanager_secret" "channels" {
  name                    = "${local.name}/channels"
  description             = "Tiercel: channels and routes"
  recovery_window_in_days = 7
}

# The secrets that the notification file refers to.
resource "aws_secretsmanager_secret" "channel" {
  for_each = toset(["slack-token", "slack-signing", "pagerduty-key", "pagerduty-webhook", "button-key"])

  name                    = "${local.name}/${each.key}"
  description             = "Tiercel: ${each.key}"
  recovery_window_in_days = 7
}

# The key that signs the calls of the action webhook in responses.yaml.
resource "aws_secretsmanager_secret" "webhook" {
  name                    = "${local.name}/webhook"
  description             = "Tiercel: signing key of webhook calls"
  recovery_window_in_days = 7
}

resource "aws_s3_bucket" "evidence" {
  bucket        = "${local.name}-evidence-${data.aws_caller_identity.current.account_id}-${data.aws_region.current.region}"
  force_destroy = !var.deletion_protection
}

resource "aws_s3_bucket_public_access_block" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  versioning_configuration {
    status = "Enabled"
  }
}

# With a customer managed key, respond and every reader of the evidence would need permission to use it.
#trivy:ignore:AWS-0132
resource "aws_s3_bucket_server_side_encryption_configuration" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

data "aws_iam_policy_document" "evidence" {
  statement {
    sid       = "DenyUnencryptedTransport"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.evidence.arn, "${aws_s3_bucket.evidence.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "evidence" {
  bucket = aws_s3_bucket.evidence.id
  policy = data.aws_iam_policy_document.evidence.json

  depends_on = [aws_s3_bucket_public_access_block.evidence]
}

# CloudWatch can use a customer managed key, but not the AWS managed key of SNS.
data "aws_iam_policy_document" "alarms_key" {
  statement {
    sid       = "AdministerKey"
    actions   = ["kms:Describe*", "kms:Get*", "kms:List*", "kms:Put*", "kms:Update*", "kms:Create*", "kms:Enable*", "kms:Disable*", "kms:Revoke*", "kms:TagResource", "kms:UntagResource", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
  statement {
    sid       = "EncryptAlarms"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_kms_key" "alarms" {
  description             = "Tiercel: alarms"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.alarms_key.json
}

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = aws_kms_key.alarms.arn
}
