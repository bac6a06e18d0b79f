/**
 * Verification of the credentials that senders of alerts present: service account tokens, EC2 instance identity documents and
 * client certificates. {@link io.tiercel.functions.credential.SenderIdentity} is the entrance.
 *
 * <p>This package depends on the core module, on jose4j and on Bouncy Castle. Verification runs on the caller's thread and may wait
 * up to two seconds each for the issuer's keys and for the cluster. Requests to them run on virtual threads.
 */
@NullMarked
package io.tiercel.functions.credential;

import org.jspecify.annotations.NullMarked;
