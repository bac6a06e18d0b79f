/** Runs files of conformance cases against the engine. */
@NullMarked
package io.tiercel.rules.conformance;

import org.jspecify.annotations.NullMarked;
