/** Tests of rules, written as YAML: events in, expected alerts out. */
@NullMarked
package io.tiercel.rules.testing;

import org.jspecify.annotations.NullMarked;
