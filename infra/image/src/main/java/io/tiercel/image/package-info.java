/** Makes a container image of the sensor's folder and of the system libraries that it wants. */
@NullMarked
package io.tiercel.image;

import org.jspecify.annotations.NullMarked;
