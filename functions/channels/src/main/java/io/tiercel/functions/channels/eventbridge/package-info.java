/**
 * The channel {@code eventbridge}. Depends on {@code channels.aws}, {@code notify.json} and the SDK's client of Amazon EventBridge.
 * Sending blocks the calling thread for at most ten seconds.
 */
@NullMarked
package io.tiercel.functions.channels.eventbridge;

import org.jspecify.annotations.NullMarked;
