@NullMarked
package io.tiercel.functions.aws;

import org.jspecify.annotations.NullMarked;
