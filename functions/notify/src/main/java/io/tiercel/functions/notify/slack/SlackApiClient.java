package io.tiercel.functions.notify.slack;

import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.SlackApiTextResponse;
import com.slack.api.methods.response.chat.ChatPostMessageResponse;
import com.slack.api.methods.response.chat.ChatUpdateResponse;
import com.slack.api.methods.response.conversations.ConversationsHistoryResponse;
import com.slack.api.model.Message;
import io.tiercel.functions.secret.Secret;
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

/** Slack's Web API through Slack's client library. The bot token does not appear in messages, exceptions or {@link #toString}. */
public final class SlackApiClient implements SlackApi {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int HISTORY_LIMIT = 200;
    private static final int MAX_RETRY_AFTER_SECONDS = 86_400;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String METADATA_EVENT_TYPE = "tiercel_incident";
    private static final String METADATA_INCIDENT_ID = "incident_id";

    /** Error codes that are worth a retry: server errors, rate limiting, and a token that may have been rotated some minutes ago. */
    private static final Set<String> TRANSIENT_ERRORS = Set.of(
            "ratelimited",
            "rate_limited",
            "message_limit_exceeded",
            "internal_error",
            "fatal_error",
            "service_unavailable",
            "request_timeout",
            "team_added_to_org",
            "invalid_auth",
            "token_expired",
            "token_revoked");

    private final Secret token;
    private final Slack slack;

    /**
     * Creates a client.
     *
     * @param token the bot token, {@code xoxb-...}
     * @param api base address of the API, ending in a slash; null for Slack's own
     */
    public SlackApiClient(Secret token, @Nullable URI api) {
        this.token = token;
        SlackConfig config = new SlackConfig();
        config.setHttpClientCallTimeoutMillis(TIMEOUT_MILLIS);
        config.setHttpClientReadTimeoutMillis(TIMEOUT_MILLIS);
        config.setHttpClientWriteTimeoutMillis(TIMEOUT_MILLIS);
        // The statistics need threads, and we enforce rate limits ourselves.
        config.setStatsEnabled(false);
        if (api != null) {
            config.setMethodsEndpointUrlPrefix(api.toString());
        }
        this.slack = Slack.getInstance(config);
    }

    @Override
    public Result post(
            String channel, @Nullable String thread, boolean broadcast, String incidentId, SlackMessage message) {
        return call(methods -> {
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
                return failure(response);
            }
            Message posted = response.getMessage();
            return new Result.Ok(response.getChannel(), response.getTs(), posted == null ? null : posted.getThreadTs());
        });
    }

    @Override
    public Result update(String channelId, String ts, String incidentId, SlackMessage message) {
        return call(methods -> {
            ChatUpdateResponse response = methods.chatUpdate(update -> update.channel(channelId)
                    .ts(ts)
                    .text(message.text())
                    .metadata(metadata(incidentId))
                    .blocksAsString(message.blocks().toString()));
            return response.isOk() ? new Result.Ok(response.getChannel(), response.getTs(), null) : failure(response);
        });
    }

    @Override
    public Result find(String channel, String incidentId, Instant since) {
        return call(methods -> {
            ConversationsHistoryResponse response = methods.conversationsHistory(history -> history.channel(channel)
                    .oldest(since.getEpochSecond() + ".000000")
                    .inclusive(true)
                    .includeAllMetadata(true)
                    .limit(HISTORY_LIMIT));
            if (!response.isOk()) {
                return failure(response);
            }
            for (Message message : response.getMessages() == null ? List.<Message>of() : response.getMessages()) {
                if (message.getMetadata() != null
                        && METADATA_EVENT_TYPE.equals(message.getMetadata().getEventType())
                        && message.getMetadata().getEventPayload() != null
                        && incidentId.equals(
                                message.getMetadata().getEventPayload().get(METADATA_INCIDENT_ID))
                        && (message.getThreadTs() == null
                                || message.getThreadTs().equals(message.getTs()))) {
                    return new Result.Ok(channel, message.getTs(), null);
                }
            }
            return new Result.Failed(MESSAGE_NOT_FOUND);
        });
    }

    private static Message.Metadata metadata(String incidentId) {
        return Message.Metadata.builder()
                .eventType(METADATA_EVENT_TYPE)
                .eventPayload(Map.of(METADATA_INCIDENT_ID, incidentId))
                .build();
    }

    private Result call(Request request) {
        MethodsClient methods = slack.methods(token.value());
        try {
            return request.send(methods);
        } catch (SlackApiException e) {
            int status = e.getResponse().code();
            return status == TOO_MANY_REQUESTS || status >= 500
                    ? new Result.Retry(retryAfter(e), "responded with " + status)
                    : new Result.Failed("responded with " + status);
        } catch (ConnectException | UnknownHostException e) {
            return new Result.Retry(
                    Duration.ZERO, "connection failed: " + e.getClass().getSimpleName());
        } catch (IOException e) {
            // Only the class: the message may contain anything.
            return new Result.Unknown("no response from Slack: " + e.getClass().getSimpleName());
        } catch (RuntimeException e) {
            // The library lets exceptions of its JSON parser through, and fails on empty responses.
            return new Result.Unknown(
                    "invalid response from Slack: " + e.getClass().getSimpleName());
        }
    }

    private static Result failure(SlackApiTextResponse response) {
        String error = response.getError() == null ? "not ok" : response.getError();
        return TRANSIENT_ERRORS.contains(error) ? new Result.Retry(Duration.ZERO, error) : new Result.Failed(error);
    }

    private static Duration retryAfter(SlackApiException e) {
        String header = e.getResponse().header("Retry-After", "0");
        try {
            return Duration.ofSeconds(Math.clamp(Long.parseLong(header.strip()), 0, MAX_RETRY_AFTER_SECONDS));
        } catch (NumberFormatException invalid) {
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        try {
            slack.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot close the Slack client", e);
        }
    }

    @Override
    public String toString() {
        return "Slack API with " + token;
    }

    @FunctionalInterface
    private interface Request {
        Result send(MethodsClient methods) throws IOException, SlackApiException;
    }
}
