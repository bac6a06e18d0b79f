/**
 * The AWS Lambda function {@code operate}, in the artifact {@code operate.zip}. It offers the operations of {@code functions.operate} to
 * callers with IAM rights. Two functions use the artifact: one for viewers, whose IAM role cannot write, and one for responders.
 *
 * <p>IAM decides who may invoke a function. The function learns who invoked it from a presigned request for STS, which the caller signs
 * with its own credentials ({@link io.tiercel.functions.aws.operate.CallerVerifier}).
 *
 * <p>Depends on the modules core and aws. Each Lambda environment runs one invocation at a time.
 */
@NullMarked
package io.tiercel.functions.aws.operate;

import org.jspecify.annotations.NullMarked;
