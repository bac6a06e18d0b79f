package io.tiercel.functions.notify.slack;

/** Sends the result of a click. */
@FunctionalInterface
public interface SlackReplySender {
    /**
     * Sends a reply. Failures are ignored. The call takes at most two seconds.
     *
     * @param responseUrl the {@code response_url} of Slack's request
     */
    void reply(String responseUrl, SlackReply reply);
}
