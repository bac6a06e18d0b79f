/** Telling people: what each channel still owes its readers about an incident, and the words it uses. */
@NullMarked
package io.tiercel.functions.notification;

import org.jspecify.annotations.NullMarked;
