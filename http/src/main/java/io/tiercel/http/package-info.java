/**
 * The HTTP client of everything that sends alerts or notifications: the sensor's outputs and the notification channels. It depends
 * on the JDK only. {@link io.tiercel.http.BoundedHttpClient#send} blocks its caller, at most for the client's timeout.
 */
@NullMarked
package io.tiercel.http;

import org.jspecify.annotations.NullMarked;
