/**
 * Clients of the operations of operators: over HTTP, and as an AWS Lambda function that is invoked with the operator's own
 * rights. Depends on {@code operate} of the core module. Calls block their thread, for a limited time.
 */
@NullMarked
package io.tiercel.functions.client;

import org.jspecify.annotations.NullMarked;
