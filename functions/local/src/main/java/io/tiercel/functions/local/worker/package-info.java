/** The threads between the stored alert and the told incident. */
@NullMarked
package io.tiercel.functions.local.worker;

import org.jspecify.annotations.NullMarked;
