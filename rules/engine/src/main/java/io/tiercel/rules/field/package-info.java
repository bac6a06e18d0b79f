/** The catalogue of fields: names, types, arguments, descriptions. */
@NullMarked
package io.tiercel.rules.field;

import org.jspecify.annotations.NullMarked;
