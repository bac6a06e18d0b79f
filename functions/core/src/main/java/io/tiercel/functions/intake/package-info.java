/**
 * Parsing of incoming alerts from Tiercel, Falco and falcosidekick, with the reason for each rejection. Depends on {@code json}
 * and the rule engine. All methods are stateless, so any thread may call them.
 */
@NullMarked
package io.tiercel.functions.intake;

import org.jspecify.annotations.NullMarked;
