/**
 * The AWS calls of actions, with the clients of the AWS SDK: EC2, Auto Scaling, Elastic Load Balancing, IAM, EKS and Lambda.
 *
 * <p>Each class implements a port of the core module and throws its {@code ActionException}. {@link
 * io.tiercel.functions.lookup.AwsConnection} sets timeouts and retries. The package depends on the modules core and lookup, and is part of
 * {@code respond.zip} and of the local server. Calls block the calling thread.
 */
@NullMarked
package io.tiercel.functions.cloud;

import org.jspecify.annotations.NullMarked;
