/**
 * Notifications: which message each channel still has to deliver about an incident, and the ports that deliver it. Depends
 * on {@code incident}, {@code respond} and {@code retry}, never on a service or protocol of a channel. Its classes are
 * thread-safe: worker threads of the server and Lambda invocations call them.
 */
@NullMarked
package io.tiercel.functions.notification;

import org.jspecify.annotations.NullMarked;
