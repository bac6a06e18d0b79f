/**
 * The node sensor. It evaluates rules on kernel events, stores the alerts on disk, and delivers them. This package has no
 * classes. The test {@code ArchitectureTest} defines which of its subpackages may depend on each other.
 */
@NullMarked
package io.tiercel.sensor;

import org.jspecify.annotations.NullMarked;
