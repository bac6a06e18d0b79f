/**
 * Actions on EC2 instances and their network interfaces, and the AWS operations that they need.
 *
 * <p>This package depends on the action model and on the enrichment model. Adapters implement the {@code *Api} interfaces. All
 * calls run on the thread of the responder.
 */
@NullMarked
package io.tiercel.functions.respond.ec2;

import org.jspecify.annotations.NullMarked;
