@NullMarked
package io.tiercel.functions;

import org.jspecify.annotations.NullMarked;
