/** The words {@code ./tiercel responses check|explain|replay}. */
@NullMarked
package io.tiercel.functions.local.cli;

import org.jspecify.annotations.NullMarked;
