/** What the engine asks of an event; whoever captures events implements it. */
@NullMarked
package io.tiercel.rules.event;

import org.jspecify.annotations.NullMarked;
