/**
 * Guard rails that limit responses: caps, circuit breaker and kill switch. Every guard rail fails closed.
 *
 * <p>This package depends on the policies and on the state store. It runs on the thread of the responder.
 */
@NullMarked
package io.tiercel.functions.respond.guard;

import org.jspecify.annotations.NullMarked;
