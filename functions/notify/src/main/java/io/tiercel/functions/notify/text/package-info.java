/** The sentences about groups that all channels share. Depends on the notification model only. Stateless. */
@NullMarked
package io.tiercel.functions.notify.text;

import org.jspecify.annotations.NullMarked;
