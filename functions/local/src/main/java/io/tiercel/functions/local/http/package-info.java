/**
 * The HTTP API: filters that check every request, and one class per group of routes. Depends on the core module, {@code
 * console}, {@code local.sqlite} and {@code local.worker}. Filters run on the event loop; routes that use the database run on worker threads.
 */
@NullMarked
package io.tiercel.functions.local.http;

import org.jspecify.annotations.NullMarked;
