/** How fast the functions are: alerts per second, from an alert to a plan, and the start of a Lambda. */
@NullMarked
package io.tiercel.bench.functions;

import org.jspecify.annotations.NullMarked;
