/** The words {@code ./tiercel responses check|explain|replay}. */
@NullMarked
package io.tiercel.functions.local.responses;

import org.jspecify.annotations.NullMarked;
