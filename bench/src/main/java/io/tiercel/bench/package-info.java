/** Benchmarks: how long rules take to load and to be evaluated. */
@NullMarked
package io.tiercel.bench;

import org.jspecify.annotations.NullMarked;
