/** The settings of the server. */
@NullMarked
package io.tiercel.functions.local.config;

import org.jspecify.annotations.NullMarked;
