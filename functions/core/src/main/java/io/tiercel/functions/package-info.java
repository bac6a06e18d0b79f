/** The functions that the cloud and one machine run alike: an alert comes in, an incident counts it, people hear of it. */
@NullMarked
package io.tiercel.functions;

import org.jspecify.annotations.NullMarked;
