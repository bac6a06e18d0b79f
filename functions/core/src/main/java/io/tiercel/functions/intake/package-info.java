/** From a JSON document, ours or Falco's, to an {@link io.tiercel.rules.alert.Alert}, or a reason why not. */
@NullMarked
package io.tiercel.functions.intake;

import org.jspecify.annotations.NullMarked;
