/**
 * Tiercel's own signed webhooks, for notifications and for the response action {@code webhook}. Depends on {@code
 * notify.http} and the core module. Sending blocks the calling thread, at most for the client's timeout.
 */
@NullMarked
package io.tiercel.functions.notify.webhook;

import org.jspecify.annotations.NullMarked;
