/** A set of checked rules as a machine: events in, matches and alerts out. */
@NullMarked
package io.tiercel.rules.engine;

import org.jspecify.annotations.NullMarked;
