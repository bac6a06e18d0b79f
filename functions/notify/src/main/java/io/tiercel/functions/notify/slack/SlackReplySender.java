package io.tiercel.functions.notify.slack;

/** Sends the result of a button click to the person that clicked. */
@FunctionalInterface
public interface SlackReplySender {
    /**
     * Sends an ephemeral message, which only that person sees. Failures are ignored. The call takes at most two seconds.
     *
     * @param responseUrl the {@code response_url} of Slack's request
     */
    void reply(String responseUrl, String text);
}
