/**
 * The catalog of fields: names, types, arguments and descriptions.
 *
 * <p>This package depends only on the JDK. All types are immutable and can be used by any thread.
 */
@NullMarked
package io.tiercel.rules.field;

import org.jspecify.annotations.NullMarked;
