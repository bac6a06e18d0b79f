/**
 * HTTP basics that the adapters share: clients that deliver messages, and inbound requests with their responses. Depends on the
 * core module and the HTTP client module. Calls block the calling thread, at most for the client's timeout.
 */
@NullMarked
package io.tiercel.functions.notify.http;

import org.jspecify.annotations.NullMarked;
