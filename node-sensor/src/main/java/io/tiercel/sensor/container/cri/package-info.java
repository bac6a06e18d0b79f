/** The Kubernetes Container Runtime Interface as a source of container metadata. */
@NullMarked
package io.tiercel.sensor.container.cri;

import org.jspecify.annotations.NullMarked;
