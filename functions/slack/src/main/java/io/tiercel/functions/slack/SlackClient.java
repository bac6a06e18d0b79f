package io.tiercel.functions.slack;

import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.SlackApiTextResponse;
import com.slack.api.methods.response.chat.ChatPostMessageResponse;
import com.slack.api.methods.response.chat.ChatUpdateResponse;
import com.slack.api.methods.response.conversations.ConversationsHistoryResponse;
import com.slack.api.model.Message;
import io.tiercel.functions.notification.Secret;
import io.tiercel.functions.notification.SlackApi;
import io.tiercel.functions.notification.SlackMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The Web API with a bot's token, which appears in no message, exception or {@link #toString}. */
public final class SlackClient implements SlackApi {
    private static final int TIME_OUT_MILLIS = 10_000;
    private static final int HISTORY = 200;
    private static final int MAX_RETRY_AFTER_SECONDS = 86_400;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String EVENT = "tiercel_incident";
    private static final String INCIDENT = "incident_id";

    /** What Slack says when it is its own fault, or too much was asked: worth another try. */
    private static final Set<String> PASSING = Set.of(
            "ratelimited",
            "rate_limited",
            "message_limit_exceeded",
            "internal_error",
            "fatal_error",
            "service_unavailable",
            "request_timeout",
            "team_added_to_org");

    private final Secret token;
    private final Slack slack;

    /**
     * A client.
     *
     * @param token the bot's, {@code xoxb-...}
     * @param api where the API is, with a slash at its end; null for Slack's own
     */
    public SlackClient(Secret token, @Nullable URI api) {
        this.token = token;
        SlackConfig config = new SlackConfig();
        config.setHttpClientCallTimeoutMillis(TIME_OUT_MILLIS);
        config.setHttpClientReadTimeoutMillis(TIME_OUT_MILLIS);
        config.setHttpClientWriteTimeoutMillis(TIME_OUT_MILLIS);
        // Its threads count calls, for limits that we keep ourselves.
        config.setStatsEnabled(false);
        if (api != null) {
            config.setMethodsEndpointUrlPrefix(api.toString());
        }
        this.slack = Slack.getInstance(config);
    }

    @Override
    public Answer post(
            String channel, @Nullable String thread, boolean broadcast, String incidentId, SlackMessage message) {
        return called(methods -> {
            ChatPostMessageResponse response = methods.chatPostMessage(post -> {
                post.channel(channel)
                        .text(message.text())
                        .unfurlLinks(false)
                        .unfurlMedia(false)
                        .metadata(metadata(incidentId));
                if (!message.blocks().isEmpty()) {
                    post.blocksAsString(message.blocks().toString());
                }
                return thread == null ? post : post.threadTs(thread).replyBroadcast(broadcast);
            });
            if (!response.isOk()) {
                return no(response);
            }
            Message posted = response.getMessage();
            return new Answer.Done(
                    response.getChannel(), response.getTs(), posted == null ? null : posted.getThreadTs());
        });
    }

    @Override
    public Answer update(String channelId, String ts, String incidentId, SlackMessage message) {
        return called(methods -> {
            ChatUpdateResponse response = methods.chatUpdate(update -> update.channel(channelId)
                    .ts(ts)
                    .text(message.text())
                    .metadata(metadata(incidentId))
                    .blocksAsString(message.blocks().toString()));
            return response.isOk() ? new Answer.Done(response.getChannel(), response.getTs(), null) : no(response);
        });
    }

    @Override
    public Answer find(String channel, String incidentId, Instant since) {
        return called(methods -> {
            ConversationsHistoryResponse response = methods.conversationsHistory(history -> history.channel(channel)
                    .oldest(since.getEpochSecond() + ".000000")
                    .inclusive(true)
                    .includeAllMetadata(true)
                    .limit(HISTORY));
            if (!response.isOk()) {
                return no(response);
            }
            for (Message message : response.getMessages() == null ? List.<Message>of() : response.getMessages()) {
                if (message.getMetadata() != null
                        && EVENT.equals(message.getMetadata().getEventType())
                        && message.getMetadata().getEventPayload() != null
                        && incidentId.equals(
                                message.getMetadata().getEventPayload().get(INCIDENT))
                        && (message.getThreadTs() == null
                                || message.getThreadTs().equals(message.getTs()))) {
                    return new Answer.Done(channel, message.getTs(), null);
                }
            }
            return new Answer.Failed(NOT_THERE);
        });
    }

    private static Message.Metadata metadata(String incidentId) {
        return Message.Metadata.builder()
                .eventType(EVENT)
                .eventPayload(Map.of(INCIDENT, incidentId))
                .build();
    }

    private Answer called(Call call) {
        MethodsClient methods = slack.methods(token.value());
        try {
            return call.with(methods);
        } catch (SlackApiException e) {
            int status = e.getResponse().code();
            return status == TOO_MANY_REQUESTS || status >= 500
                    ? new Answer.Later(retryAfter(e), "answered " + status)
                    : new Answer.Failed("answered " + status);
        } catch (ConnectException | UnknownHostException e) {
            return new Answer.Later(
                    Duration.ZERO, "cannot be reached: " + e.getClass().getSimpleName());
        } catch (IOException e) {
            // Only the kind: the message is not ours.
            return new Answer.Lost("no answer from Slack: " + e.getClass().getSimpleName());
        } catch (RuntimeException e) {
            // The client throws what its JSON reader throws, and more where the answer is empty.
            return new Answer.Lost("an answer that is none: " + e.getClass().getSimpleName());
        }
    }

    private static Answer no(SlackApiTextResponse response) {
        String error = response.getError() == null ? "not ok" : response.getError();
        return PASSING.contains(error) ? new Answer.Later(Duration.ZERO, error) : new Answer.Failed(error);
    }

    private static Duration retryAfter(SlackApiException e) {
        String header = e.getResponse().header("Retry-After", "0");
        try {
            return Duration.ofSeconds(Math.clamp(Long.parseLong(header.strip()), 0, MAX_RETRY_AFTER_SECONDS));
        } catch (NumberFormatException unreadable) {
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        try {
            slack.close();
        } catch (Exception e) {
            throw new IllegalStateException("Slack's client cannot be closed", e);
        }
    }

    @Override
    public String toString() {
        return "Slack with " + token;
    }

    @FunctionalInterface
    private interface Call {
        Answer with(MethodsClient methods) throws IOException, SlackApiException;
    }
}
