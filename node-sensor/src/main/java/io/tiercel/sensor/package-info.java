/** The node sensor: kernel events in, alerts out, kept on disk until delivered. */
@NullMarked
package io.tiercel.sensor;

import org.jspecify.annotations.NullMarked;
