package io.tiercel.functions.respond.receiver;

import io.tiercel.functions.respond.action.ActionContext;

/** An external receiver of incidents: a Lambda function or a webhook. */
@FunctionalInterface
public interface Receiver {
    /**
     * Makes one call and no retry.
     *
     * @return the receiver's response in a few words
     * @throws io.tiercel.functions.respond.action.ActionException if the receiver did not accept the call
     */
    String call(ActionContext context);
}
