/**
 * The channel {@code sns}. Depends on {@code channels.aws}, {@code channels.text}, {@code notify.json} and the SDK's client of Amazon
 * SNS. Sending blocks the calling thread for at most ten seconds.
 */
@NullMarked
package io.tiercel.functions.channels.sns;

import org.jspecify.annotations.NullMarked;
