/**
 * HTTP basics that the adapters share: a client that posts JSON, and inbound requests with their responses. Depends on the
 * core module only. Calls block the calling thread, at most for the client's timeout.
 */
@NullMarked
package io.tiercel.functions.notify.http;

import org.jspecify.annotations.NullMarked;
