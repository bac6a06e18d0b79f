/** Configuration files in YAML, read so that every complaint says which line is wrong and how to write it. */
@NullMarked
package io.tiercel.functions.yaml;

import org.jspecify.annotations.NullMarked;
