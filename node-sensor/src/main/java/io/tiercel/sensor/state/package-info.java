/** What is known of the node's processes, containers and users, and events with all of it joined to them. */
@NullMarked
package io.tiercel.sensor.state;

import org.jspecify.annotations.NullMarked;
