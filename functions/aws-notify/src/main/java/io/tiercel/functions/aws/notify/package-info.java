/**
 * The AWS Lambda functions {@code notify} and {@code interact}, with all channels. Depends on the modules aws and channels. Each Lambda
 * environment runs one invocation at a time; within it, the lanes of channels run on virtual threads.
 */
@NullMarked
package io.tiercel.functions.aws.notify;

import org.jspecify.annotations.NullMarked;
