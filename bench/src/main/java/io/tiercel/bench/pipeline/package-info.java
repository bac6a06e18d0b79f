/**
 * The stages of the functions, wired as on AWS, on tables and queues in memory. A meter counts what each invocation requests. The cost
 * model and the simulation use it. Depends on the domain and the stores of AWS. One thread calls the functions, one invocation at a time.
 */
@NullMarked
package io.tiercel.bench.pipeline;

import org.jspecify.annotations.NullMarked;
