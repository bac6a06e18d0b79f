/** Plans and how they go on: persisted before each step acts, resumed after a crash at any point, undone when their time is over. */
@NullMarked
package io.tiercel.functions.respond.plan;

import org.jspecify.annotations.NullMarked;
