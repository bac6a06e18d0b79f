/**
 * Responses to incidents: the responder's interface and the plans that people see.
 *
 * <p>The subpackages hold the policies, the guard rails, the plans and the actions. This package depends on the alert and
 * enrichment models only. The responder runs on a Lambda invocation or on the response worker of the local server.
 */
@NullMarked
package io.tiercel.functions.respond;

import org.jspecify.annotations.NullMarked;
