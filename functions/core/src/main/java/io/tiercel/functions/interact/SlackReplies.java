package io.tiercel.functions.interact;

/** Tells somebody who has pressed a button what became of it. */
@FunctionalInterface
public interface SlackReplies {
    /**
     * Tells it to that person alone, if it can be told; must not take longer than two seconds.
     *
     * @param responseUrl where Slack wants to hear it; not to be believed further than that it is Slack's
     */
    void say(String responseUrl, String text);
}
