/**
 * What a message about an incident or a group says to people: a headline and a list of facts, without the markup of any service.
 * Depends on the core module. Its classes are stateless and run on the threads of channels.
 */
@NullMarked
package io.tiercel.functions.notify.text;

import org.jspecify.annotations.NullMarked;
