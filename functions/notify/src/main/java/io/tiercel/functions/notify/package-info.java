/**
 * The notification channels of the configuration and the endpoint for inbound requests, assembled from the adapters in the
 * sub-packages. Depends on those and on the ports in {@code notification} and {@code interact}. Each channel runs on a
 * thread of its own, the endpoint on request threads; both may block on the network within their timeouts.
 */
@NullMarked
package io.tiercel.functions.notify;

import org.jspecify.annotations.NullMarked;
