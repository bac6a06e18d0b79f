/** What recorded alerts would have led to: incidents and plans, foreseen without changing anything. */
@NullMarked
package io.tiercel.functions.replay;

import org.jspecify.annotations.NullMarked;
