/**
 * The AWS Lambda functions: SQS publishers, configuration from Systems Manager and Secrets Manager, and the CDI producers that
 * connect them to the domain. Depends on the modules core, identity, lookup, kubernetes and notify. Each Lambda environment runs
 * one invocation at a time.
 */
@NullMarked
package io.tiercel.functions.aws;

import org.jspecify.annotations.NullMarked;
