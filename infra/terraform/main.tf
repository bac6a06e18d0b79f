# Alerts enter by one queue; the alert function counts each in its incident, in one table, and rings the bell: a message in
# the announcements queue. The announce function tells people. It also looks once a minute for what is still owed, so a
# message that was lost, or that a channel did not take, is made up for. What a function cannot handle goes back to its
# queue and after five attempts to the dead-letter queue: nothing is dropped.

locals {
  function_zip = coalesce(var.function_zip, "${path.module}/../../functions/aws/target/function.zip")
  tags = {
    Application = "tiercel"
    Pipeline    = var.name
  }

  # Known before the functions are: their roles and log groups are part of what a function is made from.
  function_names = toset(["alert", "announce"])
  functions = {
    alert = {
      description = "Counts alerts in incidents"
      queue       = aws_sqs_queue.queue["alerts"].arn
      batch_size  = 10
      environment = {
        QUARKUS_FUNQY_EXPORT       = "alert"
        TIERCEL_TABLE              = aws_dynamodb_table.incidents.name
        TIERCEL_ANNOUNCE_QUEUE_URL = aws_sqs_queue.queue["announcements"].url
      }
      policy = data.aws_iam_policy_document.alert.json
    }
    announce = {
      description = "Tells people about incidents"
      queue       = aws_sqs_queue.queue["announcements"].arn
      batch_size  = 1
      environment = merge(
        {
          QUARKUS_FUNQY_EXPORT = "announce"
          TIERCEL_TABLE        = aws_dynamodb_table.incidents.name
        },
        var.slack_secret_arn == null ? {} : { TIERCEL_SLACK_SECRET = var.slack_secret_arn },
      )
      policy = data.aws_iam_policy_document.announce.json
    }
  }
}
