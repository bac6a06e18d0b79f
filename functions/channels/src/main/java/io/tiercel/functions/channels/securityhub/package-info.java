/**
 * The channel {@code security-hub}. Depends on {@code channels.aws}, {@code notify.json} and {@code functions/lookup}. The SDK's client
 * of AWS Security Hub is large, and the channel needs one of its operations, which {@code SignedPost} calls. Sending blocks the calling
 * thread for at most ten seconds.
 */
@NullMarked
package io.tiercel.functions.channels.securityhub;

import org.jspecify.annotations.NullMarked;
