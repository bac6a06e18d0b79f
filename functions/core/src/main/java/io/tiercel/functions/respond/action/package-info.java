/**
 * The model of an action: kind, target, parameters, captured state, result and handler.
 *
 * <p>This package depends on the enrichment model and on nothing else of the responses. Handlers run on the thread of the
 * responder: a Lambda invocation or the response worker of the local server.
 */
@NullMarked
package io.tiercel.functions.respond.action;

import org.jspecify.annotations.NullMarked;
