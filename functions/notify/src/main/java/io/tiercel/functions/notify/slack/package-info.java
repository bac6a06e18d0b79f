/**
 * Slack: bot and incoming-webhook channels, message layout, and button clicks. Depends on Slack's client library, {@code
 * notify.http}, {@code notify.text} and the core module. Sending blocks the channel's thread, at most for the client's timeout.
 */
@NullMarked
package io.tiercel.functions.notify.slack;

import org.jspecify.annotations.NullMarked;
