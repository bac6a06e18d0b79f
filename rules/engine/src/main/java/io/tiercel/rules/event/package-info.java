/**
 * The interface through which the engine reads events, and the catalog of event types.
 *
 * <p>Event producers implement {@code Event}. This package depends only on {@code field} and the JDK. The catalog is
 * immutable; an {@code Event} is used by one thread at a time.
 */
@NullMarked
package io.tiercel.rules.event;

import org.jspecify.annotations.NullMarked;
