/**
 * PagerDuty: sends events and handles its webhooks. Depends on {@code notify.http}, {@code notify.text} and the core module.
 * Sending blocks the channel's thread, at most for the time limit of {@link PagerDutyChannel} and one timeout of the client.
 */
@NullMarked
package io.tiercel.functions.notify.pagerduty;

import org.jspecify.annotations.NullMarked;
