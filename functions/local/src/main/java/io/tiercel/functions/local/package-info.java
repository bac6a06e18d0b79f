/** The functions as a server on one machine: its command line, its settings, and how its parts are put together. */
@NullMarked
package io.tiercel.functions.local;

import org.jspecify.annotations.NullMarked;
