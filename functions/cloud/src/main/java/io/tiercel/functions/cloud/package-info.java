/** The AWS APIs that actions call, over signed HTTP: each class speaks for one service and answers in the domain's own terms. */
@NullMarked
package io.tiercel.functions.cloud;

import org.jspecify.annotations.NullMarked;
