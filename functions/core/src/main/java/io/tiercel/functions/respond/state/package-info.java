/** Where plans, caps and what else responses remember are kept: small documents, each replaced only by who has read it. */
@NullMarked
package io.tiercel.functions.respond.state;

import org.jspecify.annotations.NullMarked;
