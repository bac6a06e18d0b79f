/**
 * Actions on IAM roles, and the IAM operations that they need.
 *
 * <p>This package depends on the action model, on the enrichment model and on the EC2 operations. All calls run on the thread of
 * the responder.
 */
@NullMarked
package io.tiercel.functions.respond.iam;

import org.jspecify.annotations.NullMarked;
