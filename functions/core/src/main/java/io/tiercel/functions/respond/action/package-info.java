/** What an action is: its target, its parameters, what it reads before it writes, what came of it, and how it is undone. */
@NullMarked
package io.tiercel.functions.respond.action;

import org.jspecify.annotations.NullMarked;
