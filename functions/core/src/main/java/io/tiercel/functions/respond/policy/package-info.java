/**
 * Response policies: criteria, mode, actions, exclusions and caps, with the parser and the JSON Schema of their file.
 *
 * <p>This package depends on the action model, the enrichment model and the rule language. Policies are immutable and
 * thread-safe.
 */
@NullMarked
package io.tiercel.functions.respond.policy;

import org.jspecify.annotations.NullMarked;
