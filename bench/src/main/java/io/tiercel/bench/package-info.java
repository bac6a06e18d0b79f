@NullMarked
package io.tiercel.bench;

import org.jspecify.annotations.NullMarked;
