# The function authenticates each call by its signature.
resource "aws_lambda_function_url" "interact" {
  count = local.interactive ? 1 : 0

  function_name      = aws_lambda_function.function["interact"].function_name
  qualifier          = aws_lambda_alias.live["interact"].name
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "interact" {
  count = local.interactive ? 1 : 0

  statement_id           = "url"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.function["interact"].function_name
  qualifier              = aws_lambda_alias.live["interact"].name
  principal              = "*"
  function_url_auth_type = "NONE"
}

# Function URLs created since October 2025 also require this permission.
resource "aws_lambda_permission" "interact_invoke" {
  count = local.interactive ? 1 : 0

  statement_id             = "url-invoke"
  action                   = "lambda:InvokeFunction"
  function_name            = aws_lambda_function.function["interact"].function_name
  qualifier                = aws_lambda_alias.live["interact"].name
  principal                = "*"
  invoked_via_function_url = true
}
