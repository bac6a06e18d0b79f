/** Retry delays and waiting. Depends on nothing, and holds no state: any thread may use it. */
@NullMarked
package io.tiercel.functions.retry;

import org.jspecify.annotations.NullMarked;
