/**
 * Prometheus Alertmanager: posts incidents as alerts. Depends on {@code notify.http}, {@code notify.text} and the core module. Sending
 * blocks the channel's thread, at most for the client's timeout per address.
 */
@NullMarked
package io.tiercel.functions.notify.alertmanager;

import org.jspecify.annotations.NullMarked;
