/**
 * Benchmarks of rule loading, rule evaluation and alert delivery. Depends on {@code rules} and the sensor; nothing
 * depends on it. Each benchmark is a program with its own main thread.
 */
@NullMarked
package io.tiercel.bench;

import org.jspecify.annotations.NullMarked;
