/** The Falco rule language: text and events in, alerts out; knows nothing of kernels or clouds. */
@NullMarked
package io.tiercel.rules;

import org.jspecify.annotations.NullMarked;
