/**
 * Conformance cases that compare the engine with the behavior of Falco.
 *
 * <p>This package can depend on all packages of the module, and no other package depends on it. Cases run on the thread
 * of the caller.
 */
@NullMarked
package io.tiercel.rules.conformance;

import org.jspecify.annotations.NullMarked;
