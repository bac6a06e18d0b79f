/** Actions that hand an incident to somebody outside, once. */
@NullMarked
package io.tiercel.functions.respond.receiver;

import org.jspecify.annotations.NullMarked;
