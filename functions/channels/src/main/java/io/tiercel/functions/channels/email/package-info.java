/**
 * The channel {@code email}, over SMTP or Amazon SES. Depends on {@code channels.aws}, {@code channels.text}, {@code notify.json}, the
 * SDK's client of SES and Vert.x's mail client.
 *
 * <p>Quarkus's mailer has the same mail client inside, but the names of its mailers are fixed when the application is built. A
 * notification file names its channels at run time, so this package uses the client itself.
 *
 * <p>Sending blocks the calling thread for at most ten seconds. A channel over SMTP has an event loop of Vert.x with one thread.
 */
@NullMarked
package io.tiercel.functions.channels.email;

import org.jspecify.annotations.NullMarked;
