/**
 * The function {@code respond} on AWS Lambda, in the artifact {@code respond.zip}. It adds the clients of actions to the adapters of {@code
 * functions/aws}: no other function has them, nor the permissions for them.
 *
 * <p>Depends on the modules core, aws, cloud, lookup, kubernetes and notify. Each Lambda environment runs one invocation at a time.
 */
@NullMarked
package io.tiercel.functions.aws.respond;

import org.jspecify.annotations.NullMarked;
