/**
 * The channel {@code ocsf-s3}. Depends on {@code channels.aws}, {@code notify.json} and the SDK's client of Amazon S3. Sending blocks
 * the calling thread for at most ten seconds.
 */
@NullMarked
package io.tiercel.functions.channels.ocsf;

import org.jspecify.annotations.NullMarked;
