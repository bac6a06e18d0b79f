# The package io.tiercel.functions.aws.dynamodb in functions/aws documents the keys and attributes of both tables.
resource "aws_dynamodb_table" "incidents" {
  name         = "${var.name}-incidents"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  range_key    = "sk"

  attribute {
    name = "pk"
    type = "S"
  }
  attribute {
    name = "sk"
    type = "S"
  }
  attribute {
    name = "shard"
    type = "S"
  }
  attribute {
    name = "last"
    type = "N"
  }
  attribute {
    name = "open"
    type = "S"
  }
  attribute {
    name = "last_received"
    type = "N"
  }
  global_secondary_index {
    name               = "by-last-seen"
    hash_key           = "shard"
    range_key          = "last"
    projection_type    = "INCLUDE"
    non_key_attributes = ["count", "rule", "state", "escalation", "pending_since", "verified_count"]
  }
  global_secondary_index {
    name            = "open-by-last-received"
    hash_key        = "open"
    range_key       = "last_received"
    projection_type = "KEYS_ONLY"
  }
  ttl {
    attribute_name = "expires"
    enabled        = true
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.pipeline.arn
  }
  deletion_protection_enabled = var.storage.deletion_protection
  tags                        = local.tags
}

# The audit log is a table of its own: without a time to live, nothing in it can expire.
resource "aws_dynamodb_table" "audit" {
  name         = "${var.name}-audit"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  range_key    = "sk"

  attribute {
    name = "pk"
    type = "S"
  }
  attribute {
    name = "sk"
    type = "S"
  }
  attribute {
    name = "bucket"
    type = "S"
  }
  attribute {
    name = "period"
    type = "S"
  }
  attribute {
    name = "time"
    type = "S"
  }
  # Only the heads of the chains have a bucket.
  global_secondary_index {
    name            = "by-bucket"
    hash_key        = "bucket"
    range_key       = "pk"
    projection_type = "ALL"
  }
  # Only the entries have a period.
  global_secondary_index {
    name            = "by-time"
    hash_key        = "period"
    range_key       = "time"
    projection_type = "ALL"
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.pipeline.arn
  }
  deletion_protection_enabled = var.storage.deletion_protection
  tags                        = local.tags
}
