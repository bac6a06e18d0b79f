/** Shows how far a benchmark is. Depends on {@code io.tiercel.rules.text}. Runs on the main thread. */
@NullMarked
package io.tiercel.bench.progress;

import org.jspecify.annotations.NullMarked;
