@NullMarked
package io.tiercel.functions.local;

import org.jspecify.annotations.NullMarked;
