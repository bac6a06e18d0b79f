/** Response policies: when to do what, how far it may go by itself, and what is never touched. */
@NullMarked
package io.tiercel.functions.respond.policy;

import org.jspecify.annotations.NullMarked;
