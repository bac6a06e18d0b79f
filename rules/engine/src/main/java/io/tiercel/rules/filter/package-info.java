/** Conditions over alerts: which of them somebody wants. */
@NullMarked
package io.tiercel.rules.filter;

import org.jspecify.annotations.NullMarked;
