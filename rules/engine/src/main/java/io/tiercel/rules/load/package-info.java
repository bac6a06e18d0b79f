/** Rule files to rules: reading YAML, combining definitions, resolving lists, macros and exceptions, and saying what is wrong where. */
@NullMarked
package io.tiercel.rules.load;

import org.jspecify.annotations.NullMarked;
