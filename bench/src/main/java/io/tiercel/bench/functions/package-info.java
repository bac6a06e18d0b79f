/**
 * Benchmark of the packaged functions: throughput, latency, cold start and responses beside noise. Depends on {@code live} for the machine, and on no module of
 * ours, because it starts the packaged programs. Runs as a command-line program on its main thread.
 */
@NullMarked
package io.tiercel.bench.functions;

import org.jspecify.annotations.NullMarked;
