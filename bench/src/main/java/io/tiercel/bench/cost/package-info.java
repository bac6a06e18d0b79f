/**
 * The cost model of a deployment on AWS: what the functions' code requests for some alerts, times list prices. It counts the requests
 * by running the code on tables and queues in memory. Depends on {@code io.tiercel.bench.pipeline}. Runs on the main thread.
 */
@NullMarked
package io.tiercel.bench.cost;

import org.jspecify.annotations.NullMarked;
