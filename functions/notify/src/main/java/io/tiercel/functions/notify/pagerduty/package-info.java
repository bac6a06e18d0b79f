/**
 * PagerDuty: sends events and handles its webhooks. Depends on {@code notify.http} and the core module. Sending blocks the
 * dispatcher thread, at most for the client's timeout.
 */
@NullMarked
package io.tiercel.functions.notify.pagerduty;

import org.jspecify.annotations.NullMarked;
