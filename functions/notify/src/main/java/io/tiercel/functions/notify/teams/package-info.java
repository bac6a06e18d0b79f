/**
 * Microsoft Teams: posts Adaptive Cards to a webhook of the Workflows app. Depends on {@code notify.http}, {@code notify.text} and
 * the core module. Sending blocks the channel's thread, at most for the client's timeout.
 */
@NullMarked
package io.tiercel.functions.notify.teams;

import org.jspecify.annotations.NullMarked;
