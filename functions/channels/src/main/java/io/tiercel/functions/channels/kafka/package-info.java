/**
 * The channel {@code kafka}. Depends on {@code notify.json} and Kafka's client library, without its compression libraries. Sending blocks
 * the calling thread for at most ten seconds; the producer has one more thread.
 */
@NullMarked
package io.tiercel.functions.channels.kafka;

import org.jspecify.annotations.NullMarked;
