/**
 * Delivers alerts to an Amazon SQS queue. Implements a batch target of {@code output}; only this package uses the AWS
 * SDK. Runs on the shipper thread.
 */
@NullMarked
package io.tiercel.sensor.sqs;

import org.jspecify.annotations.NullMarked;
