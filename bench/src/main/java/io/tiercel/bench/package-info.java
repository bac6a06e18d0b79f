/**
 * Benchmarks of rule loading, rule evaluation and alert delivery. Depends on {@code rules} and the sensor; nothing
 * depends on it. Each benchmark is a program with a main thread of its own.
 */
@NullMarked
package io.tiercel.bench;

import org.jspecify.annotations.NullMarked;
