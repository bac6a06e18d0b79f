/**
 * A simulation of a large installation: the code of the functions on tables and queues in memory, with a virtual clock, and the quotas of
 * AWS. Depends on {@code io.tiercel.bench.pipeline}. Runs on the main thread.
 */
@NullMarked
package io.tiercel.bench.scale;

import org.jspecify.annotations.NullMarked;
