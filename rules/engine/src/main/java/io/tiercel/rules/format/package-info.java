/** Output formats: text with fields in it, rendered for an event. */
@NullMarked
package io.tiercel.rules.format;

import org.jspecify.annotations.NullMarked;
