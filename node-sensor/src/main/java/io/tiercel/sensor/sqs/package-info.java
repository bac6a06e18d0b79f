/** Delivers alerts to a queue of Amazon SQS. */
@NullMarked
package io.tiercel.sensor.sqs;

import org.jspecify.annotations.NullMarked;
