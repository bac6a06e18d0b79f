# Buckets: the code of the functions, and the anchors of the audit log.

locals {
  # Bucket names are global and have at most 63 characters. The hash contains the account and the region.
  bucket_suffix = substr(sha256("${local.account} ${local.region}"), 0, 16)
  buckets = {
    artifacts = "${var.name}-artifacts-${local.bucket_suffix}"
    anchors   = "${var.name}-anchors-${local.bucket_suffix}"
  }
  bucket_arns    = { for name, bucket in local.buckets : name => "arn:${local.partition}:s3:::${bucket}" }
  anchors_prefix = "anchors"
  anchors        = "s3://${local.buckets.anchors}/${local.anchors_prefix}"
  # The code of each function.
  artifacts = {
    function = { zip = var.function_zip, functions = setsubtract(local.function_names, ["respond", "notify", "interact", "operate", "operate-read"]) }
    respond  = { zip = var.respond_zip, functions = toset(["respond"]) }
    notify   = { zip = var.notify_zip, functions = setintersection(local.function_names, ["notify", "interact"]) }
    operate  = { zip = var.operate_zip, functions = toset(["operate", "operate-read"]) }
  }
  artifact_of = merge([for name, artifact in local.artifacts : { for function in artifact.functions : function => name }]...)
}

resource "aws_s3_bucket" "bucket" {
  for_each = local.buckets

  bucket = each.value
  # S3 allows Object Lock on a new bucket at once. Without it, a default retention can be changed, but no object is protected.
  object_lock_enabled = each.key == "anchors"
  # Without deletion protection, Terraform removes the objects together with the bucket, except locked ones in compliance mode.
  force_destroy = each.key == "artifacts" || !var.storage.deletion_protection
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "bucket" {
  for_each = aws_s3_bucket.bucket

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "bucket" {
  for_each = aws_s3_bucket.bucket

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "bucket" {
  for_each = aws_s3_bucket.bucket

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

# Not the customer managed key: anchors must stay readable after AWS deleted the key, and neither anchors (hashes) nor code are
# secret.
#trivy:ignore:AWS-0132
resource "aws_s3_bucket_server_side_encryption_configuration" "bucket" {
  for_each = aws_s3_bucket.bucket

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# Lambda copies the code when it publishes a version, so earlier uploads are needed for a rollback only.
resource "aws_s3_bucket_lifecycle_configuration" "artifacts" {
  bucket = aws_s3_bucket.bucket["artifacts"].id

  rule {
    id     = "expire-earlier-uploads"
    status = "Enabled"

    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 90
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.bucket]
}

# Objects without a retention of their own get this one. In compliance mode, nobody can shorten it, not even the account's root user.
resource "aws_s3_bucket_object_lock_configuration" "anchors" {
  bucket = aws_s3_bucket.bucket["anchors"].id

  rule {
    default_retention {
      mode = upper(var.storage.anchor_lock)
      days = var.storage.anchor_retention_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.bucket]
}

data "aws_iam_policy_document" "bucket" {
  for_each = local.bucket_arns

  statement {
    sid       = "DenyUnencryptedTransport"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value, "${each.value}/*"]

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
  # Object Lock protects versions. This statement also keeps delete markers out, which would hide anchors, and applies after the
  # retention.
  dynamic "statement" {
    for_each = each.key == "anchors" ? [1] : []
    content {
      sid    = "DenyDeletion"
      effect = "Deny"
      actions = [
        "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:PutObjectRetention",
        "s3:PutObjectLegalHold", "s3:PutLifecycleConfiguration",
      ]
      resources = [each.value, "${each.value}/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }
  dynamic "statement" {
    for_each = each.key == "anchors" ? [1] : []
    content {
      sid       = "DenyAnchorsOfOthers"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = ["${each.value}/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "ArnNotEquals"
        variable = "aws:PrincipalArn"
        values   = [aws_iam_role.function["sweep"].arn]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "bucket" {
  for_each = local.buckets

  bucket = aws_s3_bucket.bucket[each.key].id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.bucket]
}

resource "aws_s3_object" "artifact" {
  for_each = local.artifacts

  bucket      = aws_s3_bucket.bucket["artifacts"].id
  key         = "${each.key}.zip"
  source      = each.value.zip
  source_hash = filebase64sha256(each.value.zip)
  tags        = local.tags

  # Without versioning, the object would have no version that the functions can name.
  depends_on = [aws_s3_bucket_versioning.bucket, aws_s3_bucket_server_side_encryption_configuration.bucket]
}
