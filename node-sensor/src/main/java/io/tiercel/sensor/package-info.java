@NullMarked
package io.tiercel.sensor;

import org.jspecify.annotations.NullMarked;
