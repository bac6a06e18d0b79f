/** Slack's Web API through Slack's own client. */
@NullMarked
package io.tiercel.functions.slack;

import org.jspecify.annotations.NullMarked;
