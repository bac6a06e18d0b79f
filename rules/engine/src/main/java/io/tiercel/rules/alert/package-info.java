/**
 * The alert and its Falco-compatible text and JSON forms.
 *
 * <p>This package depends only on the JDK, jackson-core and {@code text}. All types are immutable and can be used by any thread.
 */
@NullMarked
package io.tiercel.rules.alert;

import org.jspecify.annotations.NullMarked;
