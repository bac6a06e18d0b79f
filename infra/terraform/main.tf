# Alerts enter by one queue, the alert function turns them into incidents in one table. What it cannot handle goes back
# to the queue and, after five attempts, to the dead-letter queue: nothing is dropped.

locals {
  function_name = "${var.name}-alert"
  function_zip  = coalesce(var.function_zip, "${path.module}/../../functions/aws/target/function.zip")
  tags = {
    Application = "tiercel"
    Pipeline    = var.name
  }
}
